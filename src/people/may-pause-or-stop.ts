import type { Clock, Usergroups } from "../core/ports.ts";
import { UserError } from "../core/user-error.ts";
import { withTimeout } from "../core/with-timeout.ts";
import type { Policy } from "../model/policy.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Servers } from "../servers/managed-server.ts";
import { approverGroups } from "./approver.ts";
import type { Authorize } from "./authorize.ts";
import type { PeopleSettings } from "./identity.ts";
import { isUntold } from "./read-approvers.ts";
import { undefinedUntold } from "./undefined-untold.ts";

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
    rollout.parties.some((party) => party.person === person) ||
    (rollout.request?.approvals.some((approval) => approval.person === person) ?? false) ||
    (policy?.approvers.people.includes(person) ?? false) ||
    (policy?.approvers.usergroups.some((group) => usergroups.includes(group)) ?? false)
  );
}

export interface MayPauseOrStopPorts {
  readonly servers: Servers;
  readonly authorize: Pick<Authorize, "asApprover">;
  readonly usergroups: Usergroups;
  /** Who is on call. */
  readonly people: PeopleSettings;
  readonly clock: Clock;
}

/** How long the server has to say who holds a role, in ms. */
const TIMEOUT = 2_000;

/** Whether a person may pause, stop or cancel it; undefined if Slack or the server does not say. The server is asked only for approvers by role. */
export async function mayPauseOrStopNow(
  rollout: Rollout,
  { servers, authorize, usergroups: slack, people, clock }: MayPauseOrStopPorts,
  person: string,
): Promise<boolean | undefined> {
  const server = servers.get(rollout.plan.server);
  const onCall = people.onCall.includes(person);
  if (mayPauseOrStop(rollout, server?.policy, { person, onCall, usergroups: [] })) return true;
  if (!server) return false;
  const { policy } = server;
  const usergroups = await approverGroups(slack, policy, person).catch(undefinedUntold);
  if (usergroups && mayPauseOrStop(rollout, policy, { person, onCall, usergroups })) return true;
  if (policy.approvers.roles.length === 0) return usergroups ? false : undefined;
  const asked = authorize.asApprover(server, person, undefined, { fresh: "look" });
  return await withTimeout(
    clock,
    TIMEOUT,
    asked.then(({ lacks }) => lacks === undefined, falseUnknown),
  );
}

/** Whom the server does not know is no approver. Throws what is no answer of Slack or the server. */
function falseUnknown(error: unknown): false | undefined {
  return error instanceof UserError && !isUntold(error) ? false : undefinedUntold(error);
}

/** What is said if `mayPauseOrStopNow` does not know it: whom to ask follows. */
export const UNCHECKED = "Drydock cannot check now whether you are an approver. Try again in a minute, or ask";

/** @param may what `mayPauseOrStopNow` found. @param what `stop prod-1`. */
export function pauseOrStopRefused(may: boolean | undefined, what: string): UserError {
  if (may === undefined)
    return new UserError(
      "approver-not-checked",
      `Drydock cannot check now whether you are an approver. The owner and the configured on-call people can ${what}.`,
    );
  return new UserError(
    "not-owner-or-on-call",
    `Only its owner, approvers and the configured on-call people can ${what}.`,
  );
}
