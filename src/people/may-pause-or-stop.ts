import { SlackError } from "../core/ports.ts";
import type { Policy } from "../model/policy.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Servers } from "../servers/managed-server.ts";
import type { Authorize } from "./authorize.ts";
import type { PeopleSettings } from "./identity.ts";

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

export interface MayPauseOrStopPorts {
  readonly servers: Servers;
  readonly authorize: Pick<Authorize, "groups">;
  /** Who is on call. */
  readonly people: PeopleSettings;
}

/** Whether somebody may pause, stop or cancel it, as far as that can be told now. */
export async function mayPauseOrStopNow(
  rollout: Rollout,
  { servers, authorize, people }: MayPauseOrStopPorts,
  person: string,
): Promise<boolean> {
  const server = servers.get(rollout.plan.server);
  const onCall = people.onCall.includes(person);
  if (mayPauseOrStop(rollout, server?.policy, { person, onCall, usergroups: [] })) return true;
  if (!server || server.policy.approvers.usergroups.length === 0) return false;
  try {
    const usergroups = await authorize.groups(server.policy, person);
    return mayPauseOrStop(rollout, server.policy, { person, onCall, usergroups });
  } catch (error) {
    if (error instanceof SlackError) return false;
    throw error;
  }
}
