import { type Cause, cause } from "../core/cause.ts";
import { SlackError, type Usergroups } from "../core/ports.ts";
import { UserError } from "../core/user-error.ts";
import { ServerError } from "../model/deploy-server.ts";
import type { Policy } from "../model/policy.ts";
import type { Party } from "../model/rollout/rollout-parts.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { Authorize } from "./authorize.ts";
import { isUntold } from "./read-approvers.ts";

/** Drydock looks at so many people at most. Of more it does not say whether enough of them can approve. */
export const MAX_LOOKED_AT = 50;
/** How old what Slack says of usergroups may be, in ms: it only spares people a wait. */
const MAX_AGE = 10_000;

interface WantedApprovals {
  readonly parties: readonly Party[];
  readonly needed: number;
  readonly asked?: Policy | undefined;
  /** When it ends, no more people are looked at. */
  readonly signal?: AbortSignal;
}

interface ApproverPorts {
  readonly authorize: Pick<Authorize, "asApprover">;
  readonly usergroups: Usergroups;
}

/**
 * Why too few people can give the approvals that a request wants, as they are now; undefined if enough can, or if that cannot be
 * told. It spares the asker a wait: whether an approval counts is read when it is given, and at the start.
 */
export type RefuseHopeless = (server: ManagedServer, request: WantedApprovals) => Promise<Cause | undefined>;

export function createRefuseHopeless(ports: ApproverPorts): RefuseHopeless {
  const countApprovers = createCountApprovers(ports);
  return async (server, request) => {
    const counted = await countApprovers(server, request);
    return typeof counted === "string" ? undefined : counted;
  };
}

/** Whether enough people can give the approvals that are wanted, as they are now; if not, why. */
export function createCountApprovers({
  authorize,
  usergroups,
}: ApproverPorts): (server: ManagedServer, request: WantedApprovals) => Promise<Cause | "enough" | "many" | "untold"> {
  /** The server's user of somebody who could approve; null if it cannot be told. */
  async function userOf(server: ManagedServer, person: string, asked: Policy | undefined) {
    try {
      const how = { fresh: "press", byOthers: true } as const;
      const { identity, lacks } = await authorize.asApprover(server, person, asked, how);
      return lacks ? undefined : identity.user.id;
    } catch (error) {
      if (error instanceof UserError) return isUntold(error) ? null : undefined;
      if (error instanceof ServerError || error instanceof SlackError) return null;
      throw error;
    }
  }

  /** Whether anybody at all has one of the approvers' roles; who they are in Slack is not known. */
  async function hasHolders({ policy, urbancode }: ManagedServer, parties: readonly Party[]): Promise<boolean> {
    const { roles } = policy.approvers;
    if (roles.length === 0) return false;
    const own = new Set(policy.selfApproval ? [] : parties.map(({ user }) => user.id));
    const mappings = await urbancode.teamMappings();
    return mappings.some(
      ({ teamId, teamName, roleId, roleName, userId }) =>
        (userId === undefined || !own.has(userId)) &&
        roles.some(
          ({ role, team }) => (team === teamId || team === teamName) && (role === roleId || role === roleName),
        ),
    );
  }

  return async (server, { parties, needed, asked, signal }) => {
    const { policy, name } = server;
    const own = new Set(policy.selfApproval ? [] : parties.flatMap(({ person, user }) => [person, user.id]));
    const able = new Set<string>();
    try {
      const groups = await Promise.all(policy.approvers.usergroups.map((group) => usergroups.members(group, MAX_AGE)));
      const candidates = new Set([...policy.approvers.people, ...groups.flatMap((members) => [...members])]);
      if (candidates.size > MAX_LOOKED_AT) return "many";
      const others = [...candidates].filter((person) => !own.has(person));
      const onlyPeople = policy.approvers.roles.length + policy.approvers.usergroups.length === 0;
      if (onlyPeople && others.length < needed)
        return cause("too-few-may-approve", { server: name, needed, others: others.length });
      for (const person of others) {
        const user = signal?.aborted ? null : await userOf(server, person, asked);
        if (user === null) return "untold";
        if (user !== undefined && !own.has(user)) able.add(user);
        if (able.size >= needed) return "enough";
      }
      if (await hasHolders(server, parties)) return "enough";
    } catch (error) {
      if (error instanceof ServerError || error instanceof SlackError) return "untold";
      throw error;
    }
    return cause("too-few-approvers", { server: name, needed, able: able.size });
  };
}
