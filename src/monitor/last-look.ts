import type { Agent, AgentDetail } from "../core/agent.ts";
import { type Cause, cause } from "../core/cause.ts";
import type { Moment } from "../core/jump-between.ts";
import type { Clock } from "../core/ports.ts";
import { UserError } from "../core/user-error.ts";
import { type AgentSituation, UNREAD } from "../gates/agent-situation.ts";
import type { Blocked } from "../gates/gate.ts";
import { blockedAt } from "../gates/index.ts";
import { ofRollout, type RolloutSituation } from "../gates/rollout-situation.ts";
import { ServerError } from "../model/deploy-server.ts";
import { teamRefs } from "../model/plan/make-plan.ts";
import type { PlannedAgent } from "../model/plan/plan.ts";
import { wantedPermissions } from "../model/policy.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Observation } from "../model/upgrade/upgrade.ts";
import { notAuthorized } from "../people/not-authorized.ts";
import type { OwnAccess } from "../people/own-access.ts";
import { inactiveBlocked } from "../servers/inactive.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { readSystem } from "../servers/systems.ts";
import type { OwnerReadings } from "./owner-readings.ts";

/** How old the word of Slack and of the server, also on the owner, may be when an upgrade is requested, in ms. */
export const MAX_LOOK_AGE = 10_000;

/** What the last look before a trigger says: go, leave this agent out, or let the whole rollout wait. */
export type Look =
  /** `own`: with whose token it goes, where it is the owner's own. */
  | {
      readonly kind: "go";
      readonly version: string | null;
      readonly seen: Observation;
      readonly own: OwnAccess | undefined;
      /** The permissions that the owner lacks on it: none. */
      readonly lacking: readonly string[];
      /** The relay that the agent is behind now; undefined where the server tells of none. */
      readonly relay: string | undefined;
      /** What lets it go was looked at then or later: the owner and their rights were asked about first. */
      readonly lookedAt: Moment;
    }
  | {
      readonly kind: "skip";
      readonly version: string | null;
      readonly blocked: Blocked;
      /** Undefined where the server did not tell. */
      readonly seen: Observation | undefined;
    }
  /** The same of one that is away: it may be in somebody else's hands. */
  | {
      readonly kind: "offline";
      readonly version: string | null;
      readonly blocked: Blocked;
      readonly seen: Observation;
      readonly agent: Agent;
    }
  /** Nothing of the rollout goes on like this. */
  | { readonly kind: "pause"; readonly blocked: readonly Blocked[] }
  /** It was approved under another name, at another version or on other teams. */
  | { readonly kind: "changed"; readonly now: PlannedAgent }
  /**
   * The server told of the agent, and gave no answer about its owner or its host: no fault of the agent. Without an error it
   * answered too slowly.
   */
  | { readonly kind: "unread"; readonly why: Cause; readonly error: ServerError | undefined };

/**
 * Reads the agent and the owner's identity and rights as they are now. What concerns this agent alone leaves it out; where the
 * owner has lost the account, the mapping, or a permission on every team, no other agent would fare better. Throws ServerError
 * where the agent itself cannot be read.
 */
export async function lastLook(
  server: ManagedServer,
  rollout: Rollout,
  agent: PlannedAgent,
  { owners, clock }: { readonly owners: OwnerReadings; readonly clock: Clock },
  isFirst: boolean,
): Promise<Look> {
  const read = await server.urbancode.info(agent.id);
  // A server that leaves tags out where there are none would otherwise fall under every rule about tags.
  const detail = { ...read, tags: read.tags ?? agent.tags ?? [] };
  const version = detail.version ?? null;
  const seen = { status: detail.status, version };
  const asRead = { ...UNREAD, agent: detail, now: clock.now(), planned: agent.version };
  const [blockedNow] = blockedAt("read", "agent", asRead, server.policy);
  if (blockedNow && detail.status === "offline")
    return { kind: "offline", version, blocked: blockedNow, seen, agent: detail };
  if (blockedNow) return { kind: "skip", version, blocked: blockedNow, seen };
  const now = { ...asListed(agent, detail), teams: teamRefs(detail.teams) };
  const blockedBy = (more: Partial<RolloutSituation>) =>
    blockedAt("look", "rollout", ofRollout(rollout, clock.now(), more), server.policy);
  // Any other attempt is at an agent that has begun already.
  if (isFirst && blockedBy({ plan: { ...rollout.plan, agents: [now] } }).length > 0) return { kind: "changed", now };
  const wanted = wantedPermissions(server.policy, new Set(detail.callerRights.keys()));
  let authorized = false;
  try {
    const { owner, readAt: lookedAt } = await owners.of(server, rollout);
    if ("otherUser" in owner)
      return { kind: "pause", blocked: blockedBy({ owner: { kind: "refused", why: owner.otherUser } }) };
    const { own } = owner;
    const { missing, lost } = await owner.lacksOn(detail);
    authorized = true;
    const nowhere = blockedBy({ owner: { kind: "known", user: owner.identity.user.name, lost } });
    if (nowhere.length > 0) return { kind: "pause", blocked: nowhere };
    const situation = {
      ...UNREAD,
      agent: detail,
      now: clock.now(),
      serverVersion: rollout.plan.serverVersion ?? undefined,
      lacks: missing,
      // With the owner's own token Drydock's account asks for nothing.
      accountLacks: own ? [] : wanted.filter((permission) => detail.callerRights.get(permission) === false),
      inactive: { wanted: agent.inactive === true, refused: undefined },
    };
    const leftOut = (given: AgentSituation) => blockedAt("look", "agent", given, server.policy)[0];
    // What costs a request of its own is read only of an agent that nothing else leaves out.
    const blocked = leftOut(situation) ?? leftOut({ ...situation, ...(await readHost(server, agent, detail)) });
    if (blocked) return { kind: "skip", version, blocked, seen };
    if (clock.monotonic() - lookedAt.monotonic < MAX_LOOK_AGE)
      return { kind: "go", version, seen, own, lacking: missing, relay: detail.relayId, lookedAt };
    return { kind: "unread", why: cause("rights-too-slow", { server: server.name }), error: undefined };
  } catch (error) {
    const unknown = error instanceof ServerError && (error.fault === "denied" || error.fault === "unreadable");
    if (unknown || error instanceof UserError)
      return { kind: "pause", blocked: blockedBy({ owner: { kind: "refused", why: notAuthorized("owner", error) } }) };
    if (!(error instanceof ServerError) || error.fault === "not-found") throw error;
    const { trouble } = error;
    const why = authorized ? cause("host-unread", { agent: agent.name, trouble }) : cause("owner-unread", { trouble });
    return { kind: "unread", why, error };
  }
}

/** What is known of a planned agent now. A version that the plan or the server lacks says nothing. */
export function asListed(agent: PlannedAgent, now: Pick<Agent, "name" | "version"> | undefined): PlannedAgent {
  if (!now) return agent;
  const version = agent.version === null ? null : (now.version ?? agent.version);
  return { ...agent, name: now.name, version };
}

/** Whether the server takes actions on it as an inactive one, and what it runs on. */
async function readHost(
  server: ManagedServer,
  agent: PlannedAgent,
  { active }: AgentDetail,
): Promise<Pick<AgentSituation, "inactive" | "os">> {
  const blocked = await (active ? undefined : inactiveBlocked(server));
  const inactive = {
    wanted: agent.inactive === true,
    refused: blocked,
  };
  return { inactive, os: await readSystem(server, agent.id, true) };
}
