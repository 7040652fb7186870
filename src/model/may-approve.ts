import type { Policy } from "./policy.ts";
import { type Grants, holdsSomewhere } from "./rights.ts";

/** What is known of somebody who wants to approve, read at that moment. */
export interface Candidate {
  readonly person: string;
  /** Usergroups of the policy in which they are. */
  readonly usergroups: readonly string[];
  readonly grants: Grants;
}

/** Whether the policy lets them approve, by any of its ways. */
export function mayApprove({ approvers }: Policy, { person, usergroups, grants }: Candidate): boolean {
  if (approvers.people.includes(person)) return true;
  const inGroup = approvers.usergroups.some((group) => usergroups.includes(group));
  if (inGroup && approvers.usergroupPermissions.every((permission) => holdsSomewhere(grants, permission))) return true;
  return approvers.roles.some(({ role, team }) => hasRole(grants, role, team));
}

function hasRole(grants: Grants, role: string, team: string): boolean {
  return grants.mappings.some((mapping) => {
    const name = grants.roles.get(mapping.roleId)?.name;
    return (mapping.teamId === team || mapping.teamName === team) && (mapping.roleId === role || name === role);
  });
}

/** Those who may approve by both of these rules. */
export function inBoth({ approvers: a }: Pick<Policy, "approvers">, { approvers: b }: Policy): Policy["approvers"] {
  return {
    people: b.people.filter((person) => a.people.includes(person)),
    usergroups: b.usergroups.filter((group) => a.usergroups.includes(group)),
    usergroupPermissions: [...new Set([...b.usergroupPermissions, ...a.usergroupPermissions])],
    roles: b.roles.filter(({ role, team }) => a.roles.some((other) => other.role === role && other.team === team)),
  };
}

/** Whether somebody who could approve before cannot any more. */
export function isNarrower(before: Policy, now: Policy): boolean {
  const a = before.approvers;
  const b = now.approvers;
  return (
    !a.people.every((person) => b.people.includes(person)) ||
    !a.usergroups.every((group) => b.usergroups.includes(group)) ||
    !b.usergroupPermissions.every((permission) => a.usergroupPermissions.includes(permission)) ||
    !a.roles.every(({ role, team }) => b.roles.some((other) => other.role === role && other.team === team))
  );
}
