import type { Usergroups } from "../core/ports.ts";
import { UserError } from "../core/user-error.ts";
import { approverWords } from "../gates/describe-policy.ts";
import { mayApprove } from "../model/approvers.ts";
import type { Policy } from "../model/policy.ts";
import type { Grants } from "../model/rights.ts";
import type { LostReason } from "../model/rollout/lost-approval.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { Identities, Identity, IdentityRequest } from "./identity.ts";
import { readRoles } from "./rights.ts";

/** Who may approve on a server. */
export interface ApproverQuestion {
  /**
   * Who the person is, and what they lack to approve; undefined where they may. Throws where it cannot be told who they are.
   * @param asked the rules under which it was asked: somebody who may only by newer ones has not been agreed to.
   */
  asApprover(
    server: ManagedServer,
    person: string,
    asked: Policy | undefined,
    how?: IdentityRequest,
  ): Promise<{ readonly identity: Identity; readonly lacks: Lack | undefined }>;
  /** The approver's identity, at a press. Throws a UserError that says what is missing and who can help. */
  requireApprover(server: ManagedServer, person: string, asked: Policy | undefined): Promise<Identity>;
  /** The usergroups of these rules' approvers in which they are. */
  groups(policy: Policy, person: string): Promise<readonly string[]>;
}

interface Lack {
  readonly why: LostReason;
  /** By which rules. */
  readonly policy: Policy;
  readonly inGroup: boolean;
}

export function createApproverQuestion(ports: {
  readonly identities: Identities;
  readonly usergroups: Usergroups;
}): ApproverQuestion {
  const { identities, usergroups } = ports;

  async function groups({ approvers }: Policy, person: string): Promise<readonly string[]> {
    const all = approvers.usergroups;
    const inside = await Promise.all(all.map(async (group) => (await usergroups.members(group, 0)).has(person)));
    return all.filter((_group, i) => inside[i]);
  }

  const asApprover: ApproverQuestion["asApprover"] = async (server, person, asked, how) => {
    const identity = await identities.on(server, person, how);
    const rules = [server.policy, asked ?? server.policy];
    // Somebody who is listed by name needs no rights that a server would have to tell of.
    const listed = rules.every(({ approvers }) => approvers.people.includes(person));
    // A role on a team is enough by its name, also where nothing tells what it may do.
    const grants = listed ? NONE : (await readRoles(server, identity.user)).grants;
    for (const policy of rules) {
      const mine = listed ? [] : await groups(policy, person);
      const inGroup = mine.length > 0;
      if (!mayApprove(policy, { person, usergroups: mine, grants }))
        return { identity, lacks: { why: reasonOf(policy, inGroup), policy, inGroup } };
    }
    return { identity, lacks: undefined };
  };

  return {
    groups,
    asApprover,
    async requireApprover(server, person, asked) {
      const { identity, lacks } = await asApprover(server, person, asked);
      if (lacks)
        throw new UserError("not-approver", [
          refusal(server, lacks, identity.user.name),
          " Who can: ",
          ...approverWords(lacks.policy.approvers),
          ".",
        ]);
      return identity;
    },
  };
}

const NONE: Grants = { mappings: [], roles: new Map() };

function reasonOf({ approvers }: Policy, inGroup: boolean): LostReason {
  if (inGroup) return "permission";
  const [groups, roles] = [approvers.usergroups.length > 0, approvers.roles.length > 0];
  if (groups && roles) return "usergroup-and-role";
  if (groups) return "usergroup";
  return roles ? "role" : "unlisted";
}

function refusal(server: ManagedServer, { policy, inGroup }: Lack, name: string): string {
  const { usergroupPermissions } = policy.approvers;
  if (inGroup)
    return `You are in a usergroup of approvers, but ${name} does not hold ${usergroupPermissions.join(", ")} on ${server.name}, which approvers also need.`;
  if (policy !== server.policy)
    return `${name} may approve rollouts on ${server.name} now, but could not when this one was asked for. Its requester can withdraw it and ask again.`;
  return `${name} may not approve rollouts on ${server.name}.`;
}
