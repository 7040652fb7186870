import { onceFor } from "../core/cache.ts";
import { type Clock, SlackError, type Usergroups } from "../core/ports.ts";
import { UserError } from "../core/user-error.ts";
import { withTimeout } from "../core/with-timeout.ts";
import { ServerError } from "../model/deploy-server.ts";
import { mayApprove } from "../model/may-approve.ts";
import { everyAgent } from "../model/plan/plan.ts";
import type { Grants } from "../model/rights.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";
import type { Projections } from "../projections/projections.ts";
import { type Failures, failuresOf } from "../projections/rollout-progress.ts";
import type { ManagedServer, Servers } from "../servers/managed-server.ts";
import type { Access, Views } from "./access.ts";
import { approverGroups } from "./approver.ts";
import type { Authorize } from "./authorize.ts";
import type { Freshness, Identities, PeopleSettings } from "./identity.ts";
import { mayPauseOrStop } from "./may-pause-or-stop.ts";
import { undefinedUntold } from "./undefined-untold.ts";

/** How long one server may keep an answer waiting, in ms: what cannot be told by then is not shown. */
const TIMEOUT = 3_000;
/** Agents of one rollout, and of all in one answer, that are asked about to find one which the person may view. */
const MAX_ASKED = { rollout: 30, answer: 300 };

/**
 * The one rule for what people are told: agents that they may view, rollouts with such an agent, and servers that know them.
 * A person sees a rollout anyway, also while its server is down, if they own or owned it, are one of its approvers by name or usergroup,
 * were offered it, or are on call. A rollout that a person names is found by `findRollout`.
 */
export interface Visibility {
  /** Whether the person sees this one in any case, as far as it can be told without asking a server. */
  concerns(rollout: Rollout, person: string): boolean;
  /** Those of these that the person may see, in the same order; `most` of them, the first. */
  among(rollouts: Iterable<Rollout>, person: string, most?: number): Promise<readonly Rollout[]>;
  /** Whether the person may know what happens on the server: its freezes, its rules, its slots. @param fresh left out: for a press. */
  knows(server: ManagedServer, person: string, fresh?: Freshness): Promise<boolean>;
  /** Tells of each agent whether the person may view it. Throws UserError where no user of the server is known for them. */
  agents(server: ManagedServer, person: string): Promise<Views>;
  /** The failures of a rollout, by cause, of the agents that the person may view. */
  failures(server: ManagedServer, rollout: Rollout, person: string): Promise<readonly Failures[]>;
}

/** How somebody looks at one server, read once for all of its rollouts. */
interface Look {
  readonly access: Access;
  readonly grants: Grants;
  /** Agents that were asked about so far. */
  asked: number;
}

export function createVisibility(ports: {
  readonly projections: Projections;
  readonly servers: Servers;
  readonly identities: Identities;
  readonly authorize: Pick<Authorize, "onAgents">;
  readonly usergroups: Usergroups;
  readonly clock: Clock;
  readonly settings: PeopleSettings;
}): Visibility {
  const { projections, servers, identities, authorize, usergroups, clock, settings } = ports;

  const onCall = (person: string) => settings.onCall.includes(person);

  /** As far as it can be told without asking the server. */
  function isConcerned(rollout: Rollout, person: string, usergroups: readonly string[]): boolean {
    const policy = servers.get(rollout.plan.server)?.policy;
    const { offer } = rollout;
    return (
      mayPauseOrStop(rollout, policy, { person, onCall: onCall(person), usergroups }) ||
      (offer?.to === person && !offer.over)
    );
  }

  async function agents(server: ManagedServer, person: string): Promise<Views> {
    return (await authorize.onAgents(server, person, "look")).views;
  }

  /** Of this server's approvers. */
  async function groupsOf(server: ManagedServer, person: string): Promise<readonly string[]> {
    return (
      (await withTimeout(clock, TIMEOUT, approverGroups(usergroups, server.policy, person).catch(noneUntold))) ?? []
    );
  }

  /** Undefined where nobody tells who the person is on the server, or not in time. */
  async function lookAt(server: ManagedServer, person: string): Promise<Look | undefined> {
    const read = async (): Promise<Look> => {
      const access = await authorize.onAgents(server, person, "look");
      return { asked: 0, access, grants: await access.grants() };
    };
    return await withTimeout(clock, TIMEOUT, read().catch(undefinedUntold));
  }

  async function sees(rollout: Rollout, person: string, server: ManagedServer, look: Look): Promise<boolean> {
    const { policy, fleet } = server;
    if (mayApprove(policy, { person, usergroups: [], grants: look.grants })) return true;
    const behind = (rollout.plan.relays ?? []).flatMap((relay) => relay.agents);
    let asked = 0;
    for (const { id } of [...everyAgent(rollout.plan), ...behind]) {
      const unread = fleet.unread([id]);
      asked += unread;
      look.asked += unread;
      if (asked > MAX_ASKED.rollout || look.asked > MAX_ASKED.answer) return false;
      if (await look.access.views(id)) return true;
    }
    return false;
  }

  async function among(
    rollouts: Iterable<Rollout>,
    person: string,
    most = Number.POSITIVE_INFINITY,
  ): Promise<readonly Rollout[]> {
    const groups = onceFor((server: ManagedServer) => groupsOf(server, person));
    const looks = onceFor((server: ManagedServer) => lookAt(server, person));
    const seen: Rollout[] = [];
    for (const rollout of rollouts) {
      if (seen.length >= most) break;
      const server = servers.get(rollout.plan.server);
      if (isConcerned(rollout, person, []) || (server && isConcerned(rollout, person, await groups(server)))) {
        seen.push(rollout);
        continue;
      }
      if (!server) continue;
      const look = await looks(server);
      if (look && (await withTimeout(clock, TIMEOUT, sees(rollout, person, server, look).catch(undefinedUntold))))
        seen.push(rollout);
    }
    return seen;
  }

  async function knows(server: ManagedServer, person: string, fresh?: Freshness): Promise<boolean> {
    if (onCall(person) || server.policy.approvers.people.includes(person)) return true;
    const pinned = projections.pin(person, server.name) !== undefined;
    try {
      const known = identities.on(server, person, fresh && { fresh }).then(() => true);
      return (await withTimeout(clock, TIMEOUT, known)) ?? pinned;
    } catch (error) {
      if (error instanceof UserError) return false;
      if (error instanceof ServerError || error instanceof SlackError) return pinned;
      throw error;
    }
  }

  return {
    concerns: (rollout, person) => isConcerned(rollout, person, []),
    among,
    agents,
    knows,
    async failures(server, of, person) {
      const views = await agents(server, person);
      const groups: Failures[] = [];
      for (const { diagnosis, failed } of failuresOf(projections, of)) {
        const mine: Upgrade[] = [];
        for (const upgrade of failed) if (await views(upgrade.agent.id)) mine.push(upgrade);
        if (mine.length > 0) groups.push({ diagnosis, failed: mine });
      }
      return groups;
    },
  };
}

/** Slack that does not say who is in a usergroup shows nobody anything more. */
function noneUntold(error: unknown): readonly string[] {
  if (error instanceof SlackError) return [];
  throw error;
}
