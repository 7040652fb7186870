import { count } from "../../core/format.ts";
import { type Button, type Line, lineText } from "../../core/view.ts";
import { approverWords } from "../../gates/describe-policy.ts";
import type { Blocked } from "../../gates/gate.ts";
import { phraseOf, shownOf } from "../../gates/index.ts";
import { darkOf, everyAgent } from "../../model/plan/plan.ts";
import type { PlanFacts } from "../../model/plan/plan-facts.ts";
import type { Policy } from "../../model/policy.ts";
import { agentsOf } from "../../phrases/agents-of.ts";
import { EXCEEDS_WINDOW, offlineWords } from "../../phrases/plan-words.ts";
import type { PlanResult } from "./plan-port.ts";

/** What the server's rules want before anything begins. */
export function gateNotes({
  result,
  policy,
  approvals,
  size,
  gates,
  emergency,
  starts,
  facts,
}: PlanViewInput): readonly Line[] {
  const lines: Line[] = [];
  if (starts)
    lines.push([
      "It starts ",
      ...starts,
      `${approvals > 0 ? ", if it is approved by then" : ""}. If it starts more than 15 min late, Drydock asks again.`,
    ]);
  if (emergency)
    lines.push([
      "An emergency: it starts without approval. Drydock alerts the operations channel. The review stays open until an approver closes it.",
    ]);
  else if (result.plan.options.emergency)
    lines.push([`${policy.server} requires no approval for this: it starts as any other rollout.`]);
  if (approvals > 0) {
    const mine = Math.max(everyAgent(result.plan).length, darkOf(result.plan), result.plan.relays?.length ?? 0);
    const counted = size > mine ? ` ${size} agents count, with those of the last 24 h.` : "";
    lines.push([
      `${policy.server} requires ${count(approvals, "approval")} for this.${counted} Who can approve: `,
      ...approverWords(policy.approvers),
      ".",
    ]);
  }
  for (const blocked of gates)
    lines.push([...phraseOf(blocked), ...(shownOf(blocked).endsInTime && approvals > 0 ? [MEANWHILE] : [])]);
  if (facts.exceedsWindow) lines.push([EXCEEDS_WINDOW]);
  return lines;
}

const MEANWHILE = " You can request approval meanwhile.";

/** Whether a press would be refused now: there is no button then. */
export function isRefused({ gates }: PlanViewInput): boolean {
  return gates.some(({ effect }) => effect === "refuse");
}

export function startButton({
  result: { plan },
  draftId,
  said,
  policy,
  approvals,
  emergency,
  starts,
}: PlanViewInput): Button {
  const n = agentsOf(plan);
  const offline = offlineWords(plan);
  const asks = approvals > 0;
  const when = starts ? `, ${lineText(starts)}` : "";
  const button = {
    label: asks ? "Request approval" : starts ? "Schedule" : "Start",
    command: asks ? "request" : "start",
    args: [draftId],
    spare: madeBy(said),
    style: emergency ? ("danger" as const) : ("primary" as const),
  };
  // Where the server's name has to be typed, that asks once more already.
  if (policy.dangerous) return button;
  return {
    ...button,
    confirm: {
      title: asks ? `Ask to upgrade ${n}?` : `Upgrade ${n}${emergency ? " without approval" : ""}?`,
      text: asks
        ? `${offline} It starts once it is approved${when}.`
        : `${offline}${when === "" ? "" : ` It starts${when.slice(1)}.`}`,
      yes: asks ? "Ask" : `Upgrade ${(plan.relays ?? plan.agents).length}`,
      no: "Not now",
    },
  };
}

/** Opens everything that the plan has no room for. */
export function agentsButton(draftId: string, said: readonly string[]): Button {
  return { label: "Agents", command: "plan-agents", args: [draftId, "0"], spare: madeBy(said) };
}

/** What a button makes the plan again with, once Drydock does not have it any more. */
export function madeBy(said: readonly string[]): string {
  return JSON.stringify(said);
}

/** What the private plan is drawn from, of agents or of relays. */
export interface PlanViewInput {
  readonly result: PlanResult;
  readonly draftId: string;
  readonly policy: Policy;
  /** How many approvals it would want, and how many agents count for that. */
  readonly approvals: number;
  readonly size: number;
  /** Whether it starts without the approvals that it would want. */
  readonly emergency: boolean;
  /** When it shall start; undefined = as soon as it may. */
  readonly starts: Line | undefined;
  readonly facts: PlanFacts;
  /** What the server's gates say to the button. */
  readonly gates: readonly Blocked[];
  /** Why it cannot be started here; undefined where it can. */
  readonly blocked: string | undefined;
  /** What the command was, so that a lost plan can be made again from its buttons. */
  readonly said: readonly string[];
  /** What the vendor's guide says to it, short. */
  readonly checks?: readonly Line[];
  /** Whether each reason for which agents are left out is shown; left out = the first ones. */
  readonly everyReason?: boolean;
  /** A sentence above everything else, e.g. why the plan is shown again. */
  readonly notice?: string;
}
