import { count, names } from "../../core/format.ts";
import { data, type Line, type Part, type View } from "../../core/view.ts";
import { everyAgent, type Plan } from "../../model/plan/plan.ts";
import { activityLines } from "../../phrases/activity-words.ts";
import { leftOutParts, unjudgedLines } from "../../phrases/left-out.ts";
import {
  canaryNote,
  durationWords,
  kindNotes,
  offlineUnknown,
  unaskedNote,
  waitingNote,
} from "../../phrases/plan-words.ts";
import { agentsButton, gateNotes, isRefused, madeBy, type PlanViewInput, startButton } from "./plan-gates.ts";
import type { PlanProgress, PlanResult } from "./plan-port.ts";

/** The private plan: how many of how many, to which version, who is left out and why, and what can be pressed. */
export function planView(input: PlanViewInput): View {
  const { result, draftId, policy, blocked, said, notice } = input;
  const { plan } = result;
  const n = plan.agents.length;
  const all = everyAgent(plan).length;
  const headline = `Upgrade ${n.toLocaleString("en")} of ${count(result.candidates, "agent")} on ${plan.server}`;
  const parts: Part[] = [];
  if (notice) parts.push({ kind: "text", lines: [[notice]] });
  parts.push({ kind: "heading", text: headline });
  const lines: Line[] = [
    [...toVersion(plan.serverVersion ?? undefined), ...(all > 0 ? [" This cannot be undone."] : [])],
  ];
  const needed = required(plan);
  if (needed > 0 && needed < n)
    lines.push([
      `${needed.toLocaleString("en")} Upgrade Required, ${(n - needed).toLocaleString("en")} Upgrade Recommended.`,
    ]);
  if (n > 0)
    lines.push([
      n > MAX_NAMES ? "First: " : "Agents: ",
      ...names(
        plan.agents.map((agent) => agent.name),
        MAX_NAMES,
      ),
    ]);
  if (plan.options.reason) lines.push(["Reason: ", data(plan.options.reason)]);
  lines.push(...withoutEffect(result.unavailable));
  parts.push(
    { kind: "text", lines },
    ...leftOutParts({
      ...{ excluded: plan.excluded, overLimit: result.beyond, notSelected: result.filtered, who: "you" },
      everyReason: input.everyReason,
    }),
    {
      kind: "note",
      lines: [
        ...notes(input),
        ...(all > 0 ? (input.checks ?? []) : []),
        ...(all > 0 && policy.mode === "live" ? gateNotes(input) : []),
      ],
    },
  );
  if (blocked) parts.push({ kind: "text", lines: [[blocked]] });
  const buttons = [
    ...(!blocked && all > 0 && !isRefused(input) ? [startButton(input)] : []),
    ...(all > 0 || plan.excluded.length > 0 ? [agentsButton(draftId, said)] : []),
    ...(all > 0 ? [{ label: "Adjust", command: "adjust", args: [draftId], spare: madeBy(said) }] : []),
    ...(!blocked && all > 0 ? [{ label: "Cancel", command: "discard", args: [draftId] }] : []),
  ];
  if (buttons.length > 0) parts.push({ kind: "buttons", buttons });
  return { key: "plan", summary: [headline], parts };
}

/** What the list alone tells, while the rights are being read: it names nobody. */
export function partialView({ server, serverVersion, candidates, selected, checked, relays }: PlanProgress): View {
  const headline =
    relays !== undefined
      ? `${count(relays, "relay")} on ${server.name}, with ${count(selected, "agent")} behind`
      : `Up to ${selected.toLocaleString("en")} of ${count(candidates, "agent")} on ${server.name}`;
  return {
    key: "plan-progress",
    summary: [headline],
    parts: [
      { kind: "heading", text: headline },
      ...(relays === undefined ? [{ kind: "text" as const, lines: [toVersion(serverVersion)] }] : []),
      {
        kind: "note",
        lines: [
          [
            `Rights checked ${checked.toLocaleString("en")} of ${selected.toLocaleString("en")}. The plan comes here when all are.`,
          ],
        ],
      },
    ],
  };
}

function notes({ result, policy, facts }: PlanViewInput): readonly Line[] {
  const { plan, unknown } = result;
  const lines: Line[] = [];
  if (plan.agents.length > 0) {
    lines.push([`${durationWords(facts, plan.options.slots)} Agents go offline meanwhile.`]);
    lines.push(...canaryNote(plan, policy));
    lines.push(...activityLines(facts.activity, policy));
  }
  lines.push(...kindNotes(plan), ...unaskedNote(result.unasked), ...waitingNote(plan, policy));
  if (unknown > 0)
    lines.push([
      `${offlineUnknown(unknown)} To upgrade ${unknown === 1 ? "it when it is" : "them when they are"} back, add --include-offline.`,
    ]);
  lines.push(...unjudgedLines(result.unjudged));
  if (result.nameless > 0)
    lines.push([
      `${count(result.nameless, "entry", "entries")} of the server's list ${result.nameless === 1 ? "has" : "have"} no id or no name that Drydock can read: Drydock leaves ${result.nameless === 1 ? "it" : "them"} alone.`,
    ]);
  if (lines.length > 0) return lines;
  const isAll = plan.excluded.length === 0 && result.unavailable.length === 0 && result.beyond === 0;
  return [[isAll ? "Nothing needs to be upgraded." : "This plan has no agent that can be upgraded now."]];
}

/** One line a reason: a pasted list may hold many words without effect. */
function withoutEffect(words: PlanResult["unavailable"]): readonly Line[] {
  const byReason = new Map<string, string[]>();
  for (const { name, why } of words) byReason.set(why, [...(byReason.get(why) ?? []), name]);
  return [...byReason].map(([why, those]): Line => [...names(those, MAX_NAMES), `: ${why}.`]);
}

/** Names in the plan: it is read on a phone. */
const MAX_NAMES = 3;

function required(plan: Plan): number {
  return plan.agents.filter((agent) => agent.status === "upgrade-required").length;
}

/** The version that agents get: the server's, if it reports one. */
function toVersion(version: string | undefined): Line {
  return version ? ["To ", data(version), "."] : ["To the server's version, which the server does not report."];
}
