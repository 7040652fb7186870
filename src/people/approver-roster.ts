import { createCache } from "../core/cache.ts";
import { type Clock, SlackError, type Usergroups } from "../core/ports.ts";
import { UserError } from "../core/user-error.ts";
import { withTimeout } from "../core/with-timeout.ts";
import { ServerError } from "../model/deploy-server.ts";
import { isApproved } from "../model/rollout/request.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { ManagedServer, Servers } from "../servers/managed-server.ts";
import type { Identities } from "./identity.ts";
import { isUntold } from "./read-approvers.ts";

/** For how long a look at who is still there serves, in ms. */
const TTL = 60_000;
/** The same where somebody is asked anew: that is when people are mentioned. */
const FRESH = 10_000;
/** The rollouts of which it is known for how many rounds was looked, at most, and for how long, in ms. */
const MAX_ROUNDS = 1_000;
const ROUND_TTL = 24 * 60 * 60_000;
/** How long a message waits for it, in ms. */
const TIMEOUT = 3_000;

/** Which of the listed approvers are still there: a request mentions nobody who is gone, and no usergroup without members. */
export interface ApproverRoster {
  /** Looks again where a request lacks approvals, if that is due. Whoever cannot be told about counts as there. */
  look(rollout: Rollout): Promise<void>;
  /** The server with those approvers who are there, for what people are shown. */
  shown(server: ManagedServer): ManagedServer;
}

export function createApproverRoster(ports: {
  readonly servers: Servers;
  readonly identities: Identities;
  readonly usergroups: Usergroups;
  readonly clock: Clock;
}): ApproverRoster {
  const { servers, identities, usergroups, clock } = ports;
  /** Each server as it is shown, the same until approvers are looked at again. */
  const narrowed = new Map<string, ManagedServer>();
  const looks = new Map<string, { readonly at: number; readonly done: Promise<void> }>();
  /** The last round of each rollout for which was looked. */
  const rounds = createCache<number>({ clock, max: MAX_ROUNDS, ttl: ROUND_TTL });

  async function isGone(server: ManagedServer, person: string, maxAge: number): Promise<boolean> {
    try {
      await identities.on(server, person, { fresh: maxAge < TTL ? "trigger" : "look", byOthers: true });
      return false;
    } catch (error) {
      if (error instanceof UserError) return !isUntold(error);
      if (error instanceof SlackError || error instanceof ServerError) return false;
      throw error;
    }
  }

  async function isEmpty(usergroup: string, maxAge: number): Promise<boolean> {
    try {
      return (await usergroups.members(usergroup, maxAge)).size === 0;
    } catch (error) {
      if (error instanceof SlackError) return false;
      throw error;
    }
  }

  async function read(server: ManagedServer, maxAge: number): Promise<void> {
    const { people, usergroups: groups } = server.policy.approvers;
    const answers = await Promise.all([
      ...people.map(async (id) => ((await isGone(server, id, maxAge)) ? [id] : [])),
      ...groups.map(async (id) => ((await isEmpty(id, maxAge)) ? [id] : [])),
    ]);
    narrowed.set(server.name, without(server, new Set(answers.flat())));
  }

  return {
    async look(rollout) {
      const server = servers.get(rollout.plan.server);
      if (!server || isApproved(rollout, server.policy)) return;
      const before = looks.get(server.name);
      const round = rollout.request?.round ?? 0;
      const maxAge = rounds.get(rollout.id) === round ? TTL : FRESH;
      rounds.set(rollout.id, round);
      const due = !before || clock.monotonic() - before.at >= maxAge;
      const done = due ? read(server, maxAge) : before.done;
      if (due) looks.set(server.name, { at: clock.monotonic(), done });
      await withTimeout(clock, TIMEOUT, done);
    },
    shown: (server) => narrowed.get(server.name) ?? server,
  };
}

function without(server: ManagedServer, gone: ReadonlySet<string>): ManagedServer {
  if (gone.size === 0) return server;
  const { policy } = server;
  const people = policy.approvers.people.filter((person) => !gone.has(person));
  const usergroups = policy.approvers.usergroups.filter((group) => !gone.has(group));
  return { ...server, policy: { ...policy, approvers: { ...policy.approvers, people, usergroups } } };
}
