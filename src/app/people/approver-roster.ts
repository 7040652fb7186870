import { isApproved } from "../../domain/gates/request.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { ManagedServer, Servers } from "../managed-server.ts";
import { type Clock, SlackError, type Usergroups } from "../ports.ts";
import { ServerError } from "../urbancode.ts";
import { UserError } from "../user-error.ts";
import { withTimeout } from "../with-timeout.ts";
import type { Identities } from "./identity.ts";
import { isUntold } from "./lost-approvals.ts";

/** For how long a look at who is still there serves, in ms. */
const TTL = 60_000;
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
  const gone = new Map<string, ReadonlySet<string>>();
  const looks = new Map<string, { readonly at: number; readonly done: Promise<void> }>();

  async function isGone(server: ManagedServer, person: string): Promise<boolean> {
    try {
      await identities.on(server, person, { fresh: "look", byOthers: true });
      return false;
    } catch (error) {
      if (error instanceof UserError) return !isUntold(error);
      if (error instanceof SlackError || error instanceof ServerError) return false;
      throw error;
    }
  }

  async function isEmpty(usergroup: string): Promise<boolean> {
    try {
      return (await usergroups.members(usergroup, TTL)).size === 0;
    } catch (error) {
      if (error instanceof SlackError) return false;
      throw error;
    }
  }

  async function read(server: ManagedServer): Promise<void> {
    const { people, usergroups: groups } = server.policy.approvers;
    const answers = await Promise.all([
      ...people.map(async (id) => ((await isGone(server, id)) ? [id] : [])),
      ...groups.map(async (id) => ((await isEmpty(id)) ? [id] : [])),
    ]);
    gone.set(server.name, new Set(answers.flat()));
  }

  return {
    async look(rollout) {
      const server = servers.get(rollout.plan.server);
      if (!server || isApproved(rollout, server.policy)) return;
      const before = looks.get(server.name);
      const due = !before || clock.monotonic() - before.at >= TTL;
      const done = due ? read(server) : before.done;
      if (due) looks.set(server.name, { at: clock.monotonic(), done });
      await withTimeout(clock, TIMEOUT, done);
    },
    shown(server) {
      const without = gone.get(server.name);
      if (!without || without.size === 0) return server;
      const { policy } = server;
      const people = policy.approvers.people.filter((person) => !without.has(person));
      const groups = policy.approvers.usergroups.filter((group) => !without.has(group));
      return { ...server, policy: { ...policy, approvers: { ...policy.approvers, people, usergroups: groups } } };
    },
  };
}
