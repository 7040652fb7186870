import { DAYS } from "../core/days.ts";
import type { Sentence } from "../core/sentence.ts";
import {
  type ApprovalStep,
  type Approvers,
  type MaintenanceWindow,
  type Policy,
  wantsApprovals,
} from "../model/policy.ts";
import { ownRules } from "./own-settings.ts";
import { listed, span } from "./policy-words.ts";

/** The rules of a server in words, one sentence each. */
export function describePolicy(policy: Policy): readonly Sentence[] {
  const { approvals, slots } = policy;
  const sentences: Sentence[] = [
    policy.mode === "live"
      ? ["Rollouts can be started here."]
      : ["Drydock only observes it: it makes plans and upgrades nothing."],
    [approvalWords(approvals)],
  ];
  if (wantsApprovals(policy)) {
    sentences.push(["May approve: ", ...approverWords(policy.approvers), "."]);
    sentences.push([
      policy.selfApproval
        ? "The requester may be one of the approvers."
        : "The requester and the owners of a rollout cannot approve it, from any of their Slack accounts.",
    ]);
    sentences.push([
      `A request expires after ${span(policy.approvalExpires)}. An approval covers upgrades that start within ${span(policy.approvalCovers)}.`,
    ]);
  }
  sentences.push([policy.windows.length === 0 ? "Upgrades may begin at any time." : windowWords(policy.windows)]);
  sentences.push([`At most ${slots} upgrades at once.`]);
  sentences.push(...ownRules(policy));
  const pauses = policy.retryPauses.map(span).join(", ");
  sentences.push([
    `A failed agent can be retried ${policy.retryPauses.length === 1 ? "once" : `${policy.retryPauses.length} times`}: ${pauses} after it failed.`,
  ]);
  sentences.push([
    `A paused rollout is stopped after ${span(policy.pauseExpires)}, unless an approval that resumes it is awaited.`,
  ]);
  sentences.push(["An upgrade requires on each agent: ", ...listed(policy.required.map((data) => ({ data }))), "."]);
  if (policy.whereKnown.length > 0)
    sentences.push(["And if the server has it: ", ...listed(policy.whereKnown.map((data) => ({ data }))), "."]);
  for (const [role, { permissions, subtypes }] of Object.entries(policy.roleNames ?? {}))
    sentences.push([
      "If the server does not report what a role may do, ",
      { data: role },
      " counts as ",
      ...listed(permissions.map((data) => ({ data }))),
      subtypes.length === 0 ? " on agents of the standard type." : " on agents of the standard type and of ",
      ...(subtypes.length === 0 ? [] : [...listed(subtypes.map((data) => ({ data }))), "."]),
    ]);
  return sentences;
}

/** Who may approve, so that one of them can be found. */
export function approverWords({ people, usergroups, usergroupPermissions, roles }: Approvers): Sentence {
  const ways: Sentence[] = people.map((person) => [{ person }]);
  for (const group of usergroups)
    ways.push([
      "members of ",
      { group },
      " who hold ",
      ...listed(usergroupPermissions.map((data) => ({ data }))),
      " on the server",
    ]);
  for (const { role, team } of roles) ways.push(["people with the role ", { data: role }, " on team ", { data: team }]);
  if (ways.length === 0) return ["no one"];
  return ways.flatMap((way, i) => (i === 0 ? way : [i === ways.length - 1 ? " or " : ", ", ...way]));
}

export function windowWords(windows: readonly MaintenanceWindow[]): string {
  const each = windows.map(
    ({ days, from, to, zone }) =>
      `${dayWords(days)} ${time(from)} to ${time(to)}${to <= from ? " of the next day" : ""} (${zone})`,
  );
  return `Upgrades begin only in its windows: ${each.join("; ")}.`;
}

function approvalWords(approvals: number | readonly ApprovalStep[]): string {
  if (typeof approvals === "number")
    return approvals === 0 ? "No rollout requires approval." : `Every rollout requires ${other(approvals)}.`;
  const steps = [...approvals].sort((a, b) => a.above - b.above);
  const said = steps.map(({ above, count }) => `more than ${above} agents require ${other(count)}`);
  return `M${said.join(", ").slice(1)}. All agents that one person asks for within 24 h count together. Fewer require none.`;
}

function other(count: number): string {
  return count === 1 ? "1 approval by another person" : `${count} approvals by different people`;
}

function dayWords(days: MaintenanceWindow["days"]): string {
  const all = DAYS.filter((day) => days.includes(day));
  return all.length === DAYS.length
    ? "every day"
    : all.map((day) => `${day[0]?.toUpperCase()}${day.slice(1)}`).join(", ");
}

function time(minute: number): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
