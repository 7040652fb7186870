import { createCache } from "../core/cache.ts";
import { cause } from "../core/cause.ts";
import type { Clock } from "../core/ports.ts";
import { type AgentSituation, UNREAD } from "../gates/agent-situation.ts";
import { blockedAt } from "../gates/index.ts";
import { ofRollout } from "../gates/rollout-situation.ts";
import { ServerError, saysNothing } from "../model/deploy-server.ts";
import type { PlannedAgent } from "../model/plan/plan.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Authorize } from "../people/authorize.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { KnownRelays } from "./known-relays.ts";
import { type Look, lastLook, MAX_LOOK_AGE } from "./last-look.ts";
import { createOwnerReadings } from "./owner-readings.ts";

/** Drydock remembers that looks failed for at most this many attempts, and for this long, in ms. */
const MAX_UNREAD = 1_000;
const UNREAD_TTL = 60 * 60_000;

export type ToldLook = Exclude<Look, { readonly kind: "unread" }>;

/** Looks before the attempt `id`. `isFirst`: nothing has happened on the agent yet. @returns undefined: not now. */
export type LookAtAgent<T> = (
  server: ManagedServer,
  rollout: Rollout,
  agent: PlannedAgent,
  id: string,
  isFirst: boolean,
) => Promise<T | undefined>;

interface Ports {
  readonly authorize: Pick<Authorize, "asOwner">;
  readonly projections: Pick<Projections, "token">;
  readonly clock: Clock;
  readonly knownRelays: KnownRelays;
  /** The server gave no answer: nothing begins on it until it does again. */
  readonly onServerTrouble: (server: ManagedServer, error: ServerError) => void;
  /** What runs on the agent of this attempt, read now. */
  readonly deploymentOn: (
    server: ManagedServer,
    id: string,
    agent: PlannedAgent,
  ) => Promise<AgentSituation["deployment"]>;
}

/**
 * The last look before the trigger, again and again while the server does not answer: undefined until it does, or until it
 * has been asked often enough. What it then does not tell of the agent leaves that out; anything else is no fault of an
 * agent, and the rollout waits for a person. What runs changes fastest, so it is looked at last.
 */
export function createLookBeforeTrigger(ports: Ports): LookAtAgent<ToldLook> {
  const owners = createOwnerReadings(ports);
  const { clock } = ports;
  /** Looks that failed one after the other, by upgrade: no agent must be asked about for ever. */
  const unreadAgents = createCache<number>({ clock, max: MAX_UNREAD, ttl: UNREAD_TTL });
  const unreadOwners = createCache<number>({ clock, max: MAX_UNREAD, ttl: UNREAD_TTL });

  /** How often in a row nothing was told of the agent; a server that gives no answer at all says nothing about it. */
  function failedLooks(id: string, error: ServerError): number {
    if (!saysNothing(error)) return Number.POSITIVE_INFINITY;
    const looks = (unreadAgents.get(id) ?? 0) + (error.fault === "failing" ? 1 : 0);
    unreadAgents.set(id, looks);
    return looks;
  }

  /** Too often in a row, the rollout waits for a person. */
  function unread(
    server: ManagedServer,
    rollout: Rollout,
    id: string,
    { why, error }: Pick<Extract<Look, { readonly kind: "unread" }>, "why" | "error">,
  ): ToldLook | undefined {
    const looks = (unreadOwners.get(id) ?? 0) + 1;
    const owner = { kind: "unknown", why, looks } as const;
    const situation = ofRollout(rollout, clock.now(), { owner });
    const blocked = blockedAt("look", "rollout", situation, server.policy);
    if (blocked.some(({ effect }) => effect === "pause")) {
      unreadOwners.delete(id);
      return { kind: "pause", blocked };
    }
    unreadOwners.set(id, looks);
    if (error) ports.onServerTrouble(server, error);
    return undefined;
  }

  const lookAtAgent: LookAtAgent<ToldLook> = async (server, rollout, agent, id, isFirst) => {
    try {
      const looked = await lastLook(server, rollout, agent, { owners, clock }, isFirst);
      unreadAgents.delete(id);
      return looked.kind === "unread" ? unread(server, rollout, id, looked) : looked;
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      const unread = { why: cause("server-trouble", error.trouble), looks: failedLooks(id, error) };
      const situation = { ...UNREAD, agent: { id: agent.id, name: agent.name }, now: clock.now(), unread };
      const [blocked] = blockedAt("read", "agent", situation, server.policy);
      if (blocked?.effect === "leave-out") {
        unreadAgents.delete(id);
        return { kind: "skip", version: null, blocked, seen: undefined };
      }
      ports.onServerTrouble(server, error);
      return undefined;
    }
  };

  return async (server, rollout, agent, id, isFirst) => {
    const looked = await lookAtAgent(server, rollout, agent, id, isFirst);
    if (looked?.kind !== "go") {
      if (looked) unreadOwners.delete(id);
      return looked;
    }
    const { version, seen, lookedAt } = looked;
    ports.knownRelays.looked(agent.id, looked.relay);
    const deployment = await ports.deploymentOn(server, id, agent);
    const situation = { ...UNREAD, agent, now: clock.now(), deployment };
    const [blocked] = blockedAt("deployments", "agent", situation, server.policy);
    if (!blocked && clock.monotonic() - lookedAt.monotonic >= MAX_LOOK_AGE)
      return unread(server, rollout, id, { why: cause("rights-too-slow", { server: server.name }), error: undefined });
    unreadOwners.delete(id);
    if (!blocked) return looked;
    if (blocked.effect === "leave-out") return { kind: "skip", version, blocked, seen };
    return blocked.effect === "pause" ? { kind: "pause", blocked: [blocked] } : undefined;
  };
}
