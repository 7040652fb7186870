import { DAYS } from "../core/days.ts";
import type { Piece, Sentence } from "../core/sentence.ts";
import {
  type ApprovalStep,
  type Approvers,
  type BreakerPolicy,
  type FailureLimit,
  type MaintenanceWindow,
  neverRuleWords,
  type Policy,
} from "../model/policy.ts";
import { MAX_IN_EMERGENCY } from "../model/rollout/request.ts";
import { ownRules } from "./own-settings.ts";

/** The rules of a server in words, one sentence each. */
export function policyWords(policy: Policy): readonly Sentence[] {
  const { approvals, maxAgents, canaryMin, slots } = policy;
  const sentences: Sentence[] = [
    policy.mode === "live"
      ? ["Rollouts can be started here."]
      : ["It is only observed: plans are made, and nothing is upgraded."],
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
  if (policy.emergency && wantsApprovals(policy))
    sentences.push([
      `In an emergency (--emergency "REASON") a person may start up to ${MAX_IN_EMERGENCY} agents within 24 h without approval. Drydock posts it in the operations channel, and an approver has to review it.`,
    ]);
  if (policy.reasonRequired) sentences.push(["A rollout requires a reason."]);
  if (policy.dangerous) sentences.push(["It is marked dangerous: its name has to be typed to start."]);
  sentences.push([policy.windows.length === 0 ? "Upgrades may begin at any time." : windowWords(policy.windows)]);
  const size = maxAgents === null ? "" : `, and at most ${maxAgents} agents in one rollout`;
  const canaries = canaryMin === 0 ? "" : `; at least ${canaryMin === 1 ? "1 canary" : `${canaryMin} canaries`}`;
  sentences.push([`At most ${slots} upgrades at once${size}${canaries}.`]);
  if (policy.canaryHold) sentences.push(["When the canaries are stable, a person has to press Resume."]);
  sentences.push([breakerWords(policy.breaker)]);
  const pauses = policy.retryPauses.map(span).join(", ");
  sentences.push([
    `A failed agent can be retried ${policy.retryPauses.length === 1 ? "once" : `${policy.retryPauses.length} times`}: ${pauses} after it failed.`,
  ]);
  sentences.push([`A paused rollout is stopped after ${span(policy.pauseExpires)}.`]);
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
  if (policy.whenBusy !== "warn") sentences.push([busyWords(policy)]);
  if (policy.unsupportedPlatforms.os.length > 0)
    sentences.push([
      "Agents on ",
      ...listed(policy.unsupportedPlatforms.os.map((data) => ({ data }))),
      " are left out: they upgrade in their own way.",
    ]);
  for (const rule of policy.never)
    sentences.push(["Never upgraded: ", { data: neverRuleWords(rule) }, ", ", { data: rule.reason }, "."]);
  return [...sentences, ...ownRules(policy)];
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

/** The same as plain text, for the ledger. */
export function plainWords(sentences: readonly Sentence[]): string {
  const text = (piece: Piece) => (typeof piece === "string" ? piece : (Object.values(piece)[0] ?? ""));
  return sentences.map((sentence) => sentence.map(text).join("")).join("\n");
}

export function wantsApprovals({ approvals }: Policy): boolean {
  return typeof approvals === "number" ? approvals > 0 : approvals.some(({ count }) => count > 0);
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

function breakerWords({ total, cause, relay }: BreakerPolicy): string {
  const said = [
    ...limitWords(total, "in all"),
    ...limitWords(cause, "for one cause"),
    ...limitWords(relay, "behind one relay"),
  ];
  return said.length === 0
    ? "No number of failures stops a rollout by itself; only a canary that fails does."
    : `A rollout pauses by itself when a canary fails, or ${said.join(", ")}.`;
}

function limitWords({ count, share, of }: FailureLimit, where: string): readonly string[] {
  return [
    ...(count === null ? [] : [`${count} agents ${where}`]),
    ...(share === null ? [] : [`${share}% of at least ${of} ${where}`]),
  ];
}

function busyWords({ whenBusy, busyAgentTimeout }: Policy): string {
  const leftAlone = `An agent on which a deployment runs is left alone, and skipped after ${span(busyAgentTimeout)} of waiting.`;
  switch (whenBusy) {
    case "auto":
      return `${leftAlone} The server has to name such agents.`;
    case "wait_for_agent":
      return leftAlone;
    case "wait_until_zero":
      return "Nothing begins while deployments run.";
    case "require_maintenance":
      return "Upgrades begin only in the server's maintenance mode.";
    case "warn":
      return "Upgrades begin while deployments run.";
  }
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

/** `30 min`, `24 h`. */
function span(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return `${Math.round(ms / 1000)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 6) / 10} h`;
}

function listed(pieces: readonly Piece[]): Sentence {
  return pieces.flatMap((piece, i): Piece[] => (i === 0 ? [piece] : [", ", piece]));
}
