import type { Policy } from "../../model/policy.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";

/** What is known of somebody who wants to pause or stop a rollout, without asking the server. */
export interface Halter {
  readonly person: string;
  readonly onCall: boolean;
  /** Usergroups of the policy's approvers in which they are. */
  readonly usergroups: readonly string[];
}

/** Pausing and stopping do no harm, so they are taken from many: the owner and whoever was it, approvers and people on call. */
export function mayPauseOrStop(
  rollout: Rollout,
  policy: Policy | undefined,
  { person, onCall, usergroups }: Halter,
): boolean {
  return (
    onCall ||
    rollout.owner === person ||
    rollout.parties.some((party) => party.person === person) ||
    (rollout.request?.approvals.some((approval) => approval.person === person) ?? false) ||
    (policy?.approvers.people.includes(person) ?? false) ||
    (policy?.approvers.usergroups.some((group) => usergroups.includes(group)) ?? false)
  );
}
