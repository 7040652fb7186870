import { count } from "../../core/format.ts";
import { data, type Line, type Part, type View } from "../../core/view.ts";
import type { Plan } from "../../model/plan/plan.ts";
import { leftOutParts } from "../../phrases/left-out.ts";
import { javaNote, plannedRelays } from "../../phrases/plan-words.ts";
import { agentsButton, gateNotes, isRefused, type PlanViewInput, startButton } from "./plan-gates.ts";

/** The private plan to have relays upgraded: which, in which order, who goes dark, who is left out, and what can be pressed. */
export function relayPlanView(input: PlanViewInput): View {
  const { result, policy, blocked, notice, draftId } = input;
  const { plan } = result;
  const relays = plan.relays ?? [];
  const headline = `Upgrade ${relays.length} of ${count(result.candidates, "relay")} on ${plan.server}`;
  const lines: Line[] = [
    plan.serverVersion === null
      ? ["The server does not report its version."]
      : ["The server is at ", data(plan.serverVersion), "."],
    ...plannedRelays(plan),
  ];
  if (plan.options.reason) lines.push(["Reason: ", data(plan.options.reason)]);
  for (const { name, why } of result.unavailable) lines.push([data(name), `: ${why}.`]);
  const notes: Line[] = (relays.length > 0 ? ASSISTED : [noneWords(plan)]).map((line) => [line]);
  const parts: Part[] = [
    ...(notice ? [{ kind: "text" as const, lines: [[notice]] }] : []),
    { kind: "heading", text: headline },
    { kind: "text", lines },
    ...leftOutParts({ excluded: plan.excluded, who: "you" }),
    {
      kind: "note",
      lines: [
        ...notes,
        ...javaNote(plan),
        ...(relays.length > 0 ? (input.checks ?? []) : []),
        ...(relays.length > 0 && policy.mode === "live" ? gateNotes(input) : []),
      ],
    },
  ];
  if (blocked) parts.push({ kind: "text", lines: [[blocked]] });
  const starts = !blocked && relays.length > 0 && !isRefused(input);
  const buttons = [
    ...(starts ? [startButton(input)] : []),
    ...(relays.length > 0 ? [agentsButton(draftId, input.said)] : []),
    ...(starts ? [{ label: "Cancel", command: "discard", args: [draftId] }] : []),
  ];
  if (buttons.length > 0) parts.push({ kind: "buttons", buttons });
  return { key: "relay-plan", summary: [headline], parts };
}

function noneWords({ serverVersion, excluded }: Plan): string {
  if (excluded.length > 0) return "None of the relays that you asked for is left.";
  return serverVersion === null
    ? "Without the server's version Drydock does not know whether a relay lags. Name the relays, or configure a minimum."
    : "No relay needs to be upgraded.";
}

const ASSISTED = [
  "The server has no call that upgrades a relay. At its turn you read in the thread where to do it, and Drydock watches.",
  "One relay after the other, in this order. Before each, Drydock waits for its agents in flight. No upgrade of them starts until it is over.",
];
