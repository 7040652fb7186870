import { clockTime, count, names } from "../../core/format.ts";
import { type Button, data, type Line, type Part, type View } from "../../core/view.ts";
import { approverWords } from "../../gates/describe-policy.ts";
import type { Blocked } from "../../gates/gate.ts";
import { phraseOf } from "../../gates/index.ts";
import { agentsOf } from "../../model/plan/agents-of.ts";
import type { Policy } from "../../model/policy.ts";
import { approvalsWanted, isApproved, isAsking, requestKey, validApprovals } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { causesText } from "../../phrases/cause-text.ts";
import { askedNotes } from "../checks/check-words.ts";
import { canaryNote } from "../plan/canary-view.ts";
import { kindNotes } from "../plan/kind-view.ts";
import { offlineWords } from "../plan/offline-words.ts";
import { toVersion } from "../plan/to-version.ts";
import { waitingNote } from "../plan/waiting-view.ts";
import { plannedRelays } from "../relay-upgrade/relay-words.ts";
import { isScheduled } from "../schedule/decide-schedule.ts";
import { scheduleButtons, startWords } from "../schedule/schedule-view.ts";
import { lostLines } from "./lost-lines.ts";

/** More of a command would push everything else off the card. */
const MAX_TYPED = 500;

/** The card of a rollout that has not started: what is asked, who agreed, and what became of it. */
export function requestCard(
  rollout: Rollout,
  policy: Policy,
  { blocked: [first], waits }: { readonly blocked: readonly Blocked[]; readonly waits: string | undefined },
): View {
  const { plan } = rollout;
  const heading = `${rollout.id}: ${headline(rollout, policy)}`;
  const what = `Upgrade ${agentsOf(plan)} on ${plan.server}`;
  const lines: Line[] = [
    [{ bold: what }, ", asked for by ", { person: rollout.owner }, " (", data(rollout.serverUser.name), ")."],
    ...(plan.relays
      ? plannedRelays(plan)
      : [toVersion(plan.serverVersion ?? undefined), ["First: ", ...names(plan.agents.map((agent) => agent.name))]]),
  ];
  if (plan.options.reason) lines.push(["Reason: ", data(plan.options.reason)]);
  lines.push(...typedLines(rollout));
  const starts = startWords(rollout, policy);
  if (starts) lines.push([`Starts ${starts}, by itself.`]);
  lines.push(...askingLines(rollout, policy));
  if (rollout.status === "requested") {
    const isReady = isApproved(rollout, policy);
    if (first && (isReady || first.gate === "freeze"))
      lines.push([...phraseOf(first), ...(isReady ? [] : [" It can be approved meanwhile."])]);
    else if (waits) lines.push([waits]);
  }
  const { slots } = plan.options;
  const agents = { label: "Agents", command: "agents", args: [rollout.id] };
  return {
    key: "request",
    summary: [`${heading}. ${what}.`],
    parts: [
      { kind: "heading", text: `${rollout.status === "closed" ? "■" : "⏳"} ${heading}` },
      { kind: "text", lines },
      {
        kind: "note",
        lines: [
          [
            plan.relays
              ? "One relay after another. The thread tells its owner where to upgrade it, and no upgrade of its agents starts meanwhile."
              : `At most ${slots} at a time.`,
          ],
          ...canaryNote(plan, policy),
          ...kindNotes(plan),
          ...waitingNote(plan, policy),
          ...askedNotes(rollout.request?.findings),
          [`Plan ${rollout.plan.hash.slice(0, 12)}.`],
        ],
      },
      {
        kind: "buttons",
        buttons: [
          ...askingButtons(rollout, policy),
          ...againButton(rollout),
          ...scheduleButtons(rollout),
          ...(plan.relays ? [] : [agents]),
        ],
      },
    ],
  };
}

/** Where a request stands, on a card that waits for it. */
function typedLines({ typed }: Rollout): readonly Line[] {
  return typed ? [["Typed: ", data(typed.slice(0, MAX_TYPED))]] : [];
}

export function askingLines(rollout: Rollout, policy: Policy): readonly Line[] {
  const { request } = rollout;
  if (!request) return [];
  const lines: Line[] = [];
  if (request.because && !request.used)
    lines.push([`Asked again; earlier approvals are void: `, ...causesText(request.because)], ...lostLines(request));
  const approved = validApprovals(rollout, policy).flatMap(
    (approval, i): Line => [
      i === 0 ? "" : ", ",
      { person: approval.person },
      " (",
      data(approval.user.name),
      `) at ${clockTime(approval.at)}`,
    ],
  );
  const { closed } = request;
  if (closed?.how === "denied" && closed.by === "drydock")
    lines.push(["It could not start: ", ...causesText(closed.causes)]);
  else if (closed?.how === "denied")
    lines.push(["Denied by ", { person: closed.by ?? "" }, ": ", data(closed.reason ?? "")]);
  else if (closed?.how === "withdrawn") lines.push(["Withdrawn by ", { person: closed.by ?? "" }, "."]);
  else if (closed?.how === "expired")
    lines.push([`It was not approved in time: it expired at ${clockTime(request.expiresAt)}.`]);
  if (rollout.renewedAs) lines.push(["Asked again as ", { bold: rollout.renewedAs }, "."]);
  if (closed) return lines;
  const wants = approvalsWanted(rollout, policy);
  if (wants === 0) return lines;
  const has = approved.length > 0 ? [": ", ...approved] : [];
  lines.push([
    `${Math.min(validApprovals(rollout, policy).length, wants)} of ${count(wants, "approval")}`,
    ...has,
    ".",
  ]);
  if (isAsking(rollout) && !isApproved(rollout, policy))
    lines.push([
      "Who can approve: ",
      ...approverWords(policy.approvers),
      `. It expires at ${clockTime(request.expiresAt)}.`,
    ]);
  return lines;
}

/** What can be pressed while approvals are waited for. */
export function askingButtons(rollout: Rollout, policy: Policy): readonly Button[] {
  const { request, plan } = rollout;
  if (!request || !isAsking(rollout) || isApproved(rollout, policy)) return [];
  const args = [rollout.id, requestKey(request)];
  const starts = startWords(rollout, policy);
  return [
    {
      label: "Approve",
      command: "approve",
      args,
      style: "primary",
      confirm: {
        title: `Approve ${rollout.id}?`,
        text: `${plan.relays ? `${agentsOf(plan)} on ${plan.server}, one relay after another.` : offlineWords(plan)} It starts ${starts ?? "when it has its approvals"}.`,
        yes: "Approve",
        no: "Not now",
      },
    },
    { label: "Deny", command: "deny", args, style: "danger" },
    {
      label: "Withdraw",
      command: "withdraw",
      args,
      confirm: {
        title: `Withdraw ${rollout.id}?`,
        text: "After that it cannot be approved. Only its requester can withdraw it.",
        yes: "Withdraw",
        no: "Keep it",
      },
    },
  ];
}

function againButton({ id, status, renewedAs, plan, request }: Rollout): readonly Button[] {
  const useful = status === "closed" && renewedAs === undefined && request?.closed?.how !== "withdrawn";
  if (!useful) return [];
  return [
    {
      label: request?.needed === 0 ? "Start now" : "Ask again",
      command: "again",
      args: [id],
      confirm: {
        title: request?.needed === 0 ? "Start now?" : "Ask again?",
        text: `The ${agentsOf(plan)} of ${id} are read again, and those that still need the upgrade are ${request?.needed === 0 ? "started" : "asked for"}.`,
        yes: request?.needed === 0 ? "Start now" : "Ask again",
        no: "Not now",
      },
    },
  ];
}

function headline(rollout: Rollout, policy: Policy): string {
  const how = rollout.request?.closed?.how;
  if (how === "denied") return rollout.request?.closed?.by === "drydock" ? "could not start" : "denied";
  if (how) return how;
  if (!isApproved(rollout, policy)) return "asks for approval";
  if (!isScheduled(rollout)) return "approved, starting";
  return approvalsWanted(rollout, policy) > 0 ? "approved, scheduled" : "scheduled";
}

export function panelParts(rollout: Rollout, policy: Policy, waits: string | undefined): readonly Part[] {
  const asking = askingLines(rollout, policy);
  const lines = [...(asking.length > 0 ? typedLines(rollout) : []), ...asking, ...(waits ? [[waits]] : [])];
  return isAsking(rollout) && lines.length > 0 ? [{ kind: "text", lines }] : [];
}
