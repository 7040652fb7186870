import type { Usergroups } from "../core/ports.ts";
import { mayApprove } from "../model/may-approve.ts";
import type { Approvers, Policy } from "../model/policy.ts";
import type { Grants } from "../model/rights.ts";
import type { LostReason } from "../model/rollout/lost-approval.ts";
import type { NotApprover } from "../phrases/not-approver-text.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { Identities, Identity, IdentityRequest } from "./identity.ts";
import { readRoles } from "./read-grants.ts";

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
}

export interface Lack {
  readonly why: LostReason;
  readonly code: NotApprover["code"];
  /** Those of the rules that they do not meet. */
  readonly approvers: Approvers;
}

export function createApproverQuestion(ports: {
  readonly identities: Identities;
  readonly usergroups: Usergroups;
}): ApproverQuestion {
  const { identities, usergroups } = ports;

  const asApprover: ApproverQuestion["asApprover"] = async (server, person, asked, how) => {
    const identity = await identities.on(server, person, how);
    const rules = [server.policy, asked ?? server.policy];
    // Somebody who is listed by name needs no rights that a server would have to tell of.
    const listed = rules.every(({ approvers }) => approvers.people.includes(person));
    // A role on a team is enough by its name, also where nothing tells what it may do.
    const grants = listed ? NONE : (await readRoles(server, identity.user)).grants;
    for (const policy of rules) {
      const mine = listed ? [] : await approverGroups(usergroups, policy, person);
      const inGroup = mine.length > 0;
      if (mayApprove(policy, { person, usergroups: mine, grants })) continue;
      const code = codeOf(inGroup, policy === server.policy);
      return { identity, lacks: { why: reasonOf(policy, inGroup), code, approvers: policy.approvers } };
    }
    return { identity, lacks: undefined };
  };

  return { asApprover };
}

/** The usergroups of these rules' approvers in which the person is. Throws SlackError where Slack does not tell. */
export async function approverGroups(
  usergroups: Usergroups,
  { approvers }: Policy,
  person: string,
): Promise<readonly string[]> {
  const all = approvers.usergroups;
  const inside = await Promise.all(all.map(async (group) => (await usergroups.members(group, 0)).has(person)));
  return all.filter((_group, i) => inside[i]);
}

const NONE: Grants = { mappings: [], roles: new Map() };

function reasonOf({ approvers }: Policy, inGroup: boolean): LostReason {
  if (inGroup) return "permission";
  const [groups, roles] = [approvers.usergroups.length > 0, approvers.roles.length > 0];
  if (groups && roles) return "usergroup-and-role";
  if (groups) return "usergroup";
  return roles ? "role" : "unlisted";
}

function codeOf(inGroup: boolean, isNow: boolean): NotApprover["code"] {
  if (inGroup) return "no-permissions";
  return isNow ? "no-approver" : "not-when-asked";
}
