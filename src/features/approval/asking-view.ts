import { count } from "../../core/format.ts";
import { moment } from "../../core/moment.ts";
import { typedText } from "../../core/typed-text.ts";
import { type Button, data, type Line, lineText, type Part } from "../../core/view.ts";
import { approverWords } from "../../gates/describe-policy.ts";
import { inBoth } from "../../model/may-approve.ts";
import type { Approvers, Policy } from "../../model/policy.ts";
import { isLost } from "../../model/rollout/approval.ts";
import {
  approvalsWanted,
  isApproved,
  isAsking,
  isHeld,
  isScheduled,
  requestKey,
  validApprovals,
  wasApproved,
} from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { Request } from "../../model/rollout/rollout-parts.ts";
import { agentsOf } from "../../phrases/agents-of.ts";
import { causesText } from "../../phrases/cause-text.ts";
import { LOST_APPROVAL_WORDS } from "../../phrases/lost-approval-words.ts";
import { offlineWords } from "../../phrases/plan-words.ts";
import { startWords } from "../../phrases/progress-words.ts";

/** More of a command would push everything else off the card. */
const MAX_TYPED = 500;
export const HELD = "It stays paused until a person presses Resume.";

/** The request's part of a card whose rollout has begun: shown while it asks for approval. */
export function panelParts(rollout: Rollout, policy: Policy, waits: string | undefined): readonly Part[] {
  const asking = askingLines(rollout, policy);
  const lines = [...(asking.length > 0 ? typedLines(rollout) : []), ...asking, ...(waits ? [[waits]] : [])];
  return isAsking(rollout) && lines.length > 0 ? [{ kind: "text", lines }] : [];
}

/** The reason has a line of its own. */
export function typedLines({ typed, plan }: Rollout): readonly Line[] {
  const { reason } = plan.options;
  const rest = reason === null ? typed : typed?.replace(` ${typedText([`--reason=${reason}`])}`, "");
  return rest ? [["Typed: ", data(rest.slice(0, MAX_TYPED))]] : [];
}

/** Where a request stands: who agreed, who may, and how it ended. */
export function askingLines(rollout: Rollout, policy: Policy): readonly Line[] {
  const { request } = rollout;
  if (!request) return [];
  const lines: Line[] = [];
  if (request.because && !request.used)
    lines.push(
      [`Asked again, so earlier approvals no longer count: `, ...causesText(request.because)],
      ...lostLines(request),
    );
  const approved = (request.closed ? request.approvals : validApprovals(rollout, policy)).flatMap(
    (approval, i): Line => [
      i === 0 ? "" : ", ",
      { person: approval.person },
      " (",
      data(approval.user.name),
      ") ",
      moment(approval.at),
    ],
  );
  const { closed } = request;
  if (closed?.how === "denied" && closed.by === "drydock")
    lines.push(["It could not start: ", ...causesText(closed.causes)]);
  else if (closed?.how === "denied")
    lines.push(["Denied by ", { person: closed.by ?? "" }, ": ", data(closed.reason ?? "")]);
  else if (closed?.how === "withdrawn") lines.push(["Withdrawn by ", { person: closed.by ?? "" }, "."]);
  else if (closed?.how === "expired" && wasApproved(rollout, policy))
    lines.push(["Approved by ", ...approved, ". It expired before it started."]);
  else if (closed?.how === "expired")
    lines.push(["It was not approved in time: it expired ", moment(request.expiresAt), "."]);
  if (rollout.renewedAs) lines.push(["Asked again as ", { bold: rollout.renewedAs }, "."]);
  if (closed) return lines;
  const wants = approvalsWanted(rollout, policy);
  if (wants === 0) return lines;
  const has = approved.length > 0 ? [": ", ...approved] : [];
  const isOpen = isAsking(rollout) && !isApproved(rollout, policy);
  lines.push([
    `${Math.min(validApprovals(rollout, policy).length, wants)} of ${count(wants, "approval")}`,
    ...has,
    ".",
    ...(isOpen ? [" Who can approve: ", ...approverWords(othersWhoMay(rollout, policy))] : []),
    ...(isOpen ? [". It expires ", moment(request.expiresAt), "."] : []),
  ]);
  if (isHeld(rollout, policy) && isAsking(rollout)) lines.push([HELD]);
  return lines;
}

/** Who may approve, without those whose press would be refused: they asked for it, or have approved. Who lost theirs may again. */
export function othersWhoMay({ parties, policy: before, request }: Rollout, policy: Policy): Approvers {
  const approvers = inBoth(before ?? policy, policy);
  const self = policy.selfApproval && before?.selfApproval === true;
  const given = (request?.approvals ?? []).filter((approval) => !isLost(approval));
  const not = new Set([...(self ? [] : parties), ...given].map(({ person }) => person));
  return { ...approvers, people: approvers.people.filter((person) => !not.has(person)) };
}

/** What can be pressed until it starts. What is approved can wait for long, for the end of a freeze for example. */
export function askingButtons(rollout: Rollout, policy: Policy): readonly Button[] {
  const { request } = rollout;
  if (!request || !isAsking(rollout)) return [];
  const args = [rollout.id, requestKey(request)];
  return [
    ...(isApproved(rollout, policy) ? [] : [approveButton(rollout, policy, args)]),
    { label: "Deny", command: "deny", args, style: "danger" },
    // The button of a scheduled start cancels its request too.
    ...(isScheduled(rollout) ? [] : [withdrawButton(rollout, args)]),
  ];
}

function approveButton(rollout: Rollout, policy: Policy, args: readonly string[]): Button {
  const { id, plan, status } = rollout;
  const starts = startWords(rollout);
  const relays = `${agentsOf(plan)} on ${plan.server}, one relay after another.`;
  const asked = `${plan.relays ? relays : offlineWords(plan)} It starts ${starts ? lineText(starts) : "when it has its approvals"}.`;
  const then = isHeld(rollout, policy) ? `later. ${HELD}` : "when it has its approvals. This cannot be undone.";
  const rest = `${id} upgrades the rest of its ${agentsOf(plan)} on ${plan.server} ${then}`;
  return {
    label: "Approve",
    command: "approve",
    args,
    style: "primary",
    confirm: {
      title: `Approve ${id}?`,
      text: status === "paused" ? rest : asked,
      yes: "Approve",
      no: "Not now",
    },
  };
}

function withdrawButton({ id, status }: Rollout, args: readonly string[]): Button {
  return {
    label: "Withdraw",
    command: "cancel",
    args,
    confirm: {
      title: `Withdraw ${id}?`,
      text: `After that it cannot be approved, and it ${status === "paused" ? "stays paused" : "does not start"}. Only its requester can withdraw it.`,
      yes: "Withdraw",
      no: "Keep it",
    },
  };
}

/** Whose approvals do not count any more, and what each of them has lost. Nobody who is gone is mentioned. */
export function lostLines({ lost = [] }: Pick<Request, "lost">): readonly Line[] {
  return lost.map(({ user, why }): Line => [data(user.name), ` ${LOST_APPROVAL_WORDS[why]}.`]);
}
