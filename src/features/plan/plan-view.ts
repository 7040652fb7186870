import { count, duration, names } from "../../core/format.ts";
import { data, type Line, type Part, type View } from "../../core/view.ts";
import { type Exclusion, type ExclusionReason, everyAgent, type Plan } from "../../model/plan/plan.ts";
import type { Policy } from "../../model/policy.ts";
import { forecast } from "../../model/rollout/progress.ts";
import type { Limits } from "../../model/server/limits.ts";
import { causeText } from "../../phrases/cause-text.ts";
import { activityLines } from "./activity-words.ts";
import { canaryNote } from "./canary-view.ts";
import { kindNotes, unaskedNote } from "./kind-view.ts";
import { draftArgs, gateNotes, isRefused, startButton } from "./plan-gates.ts";
import type { PlanProgress, PlanResult } from "./plan-result.ts";
import type { PlanViewInput } from "./plan-view-input.ts";
import { toVersion } from "./to-version.ts";
import { unjudgedLines } from "./unjudged.ts";
import { waitingNote } from "./waiting-view.ts";

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
  const lines: Line[] = [toVersion(plan.serverVersion ?? undefined)];
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
  for (const { name, why } of result.unavailable) lines.push([data(name), `: ${why}.`]);
  parts.push({ kind: "text", lines }, ...excludedParts(plan.excluded, result.beyond, result.filtered), {
    kind: "note",
    lines: [
      ...notes(result, policy),
      ...(all > 0 ? (input.checks ?? []) : []),
      ...(all > 0 && policy.mode === "live" ? gateNotes(input) : []),
    ],
  });
  if (blocked) parts.push({ kind: "text", lines: [[blocked]] });
  const buttons = [
    ...(!blocked && all > 0 && !isRefused(input) ? [startButton(input)] : []),
    ...(all > 0 ? [{ label: "Adjust", command: "adjust", args: draftArgs(draftId, said) }] : []),
    ...(!blocked && all > 0 ? [{ label: "Cancel", command: "cancel", args: [draftId] }] : []),
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

function notes(result: PlanResult, policy: Policy): readonly Line[] {
  const { plan, expected, learned, unknown, activity, limits } = result;
  const { slots } = plan.options;
  const lines: Line[] = [];
  if (plan.agents.length > 0) {
    lines.push([
      `About ${duration(forecast(expected, slots))}${learned ? "" : " (guessed at 3 min an agent)"}, at most ${slots} at a time${spreadWords(plan, limits)}.`,
    ]);
    lines.push(...canaryNote(plan, policy));
    lines.push(...activityLines(activity, plan.agents, policy));
  }
  lines.push(...kindNotes(plan), ...unaskedNote(result.unasked), ...waitingNote(plan, policy));
  if (unknown > 0)
    lines.push([
      `${count(unknown, "agent is", "agents are")} offline. Drydock does not know whether ${unknown === 1 ? "it needs" : "they need"} the upgrade.`,
    ]);
  lines.push(...unjudgedLines(result.unjudged));
  if (result.nameless > 0)
    lines.push([
      `${count(result.nameless, "entry", "entries")} of the server's list ${result.nameless === 1 ? "has" : "have"} an id and no name: Drydock leaves ${result.nameless === 1 ? "it" : "them"} alone.`,
    ]);
  if (lines.length > 0) return lines;
  const isAll = plan.excluded.length === 0 && result.unavailable.length === 0 && result.beyond === 0;
  return [[isAll ? "Nothing needs to be upgraded." : "This plan has no agent that can be upgraded now."]];
}

function spreadWords(plan: Plan, { perRelay }: Limits): string {
  return plan.agents.some(({ relay }) => relay !== undefined) ? `, ${perRelay} behind one relay` : "";
}

/** Names in the plan: it is read on a phone. */
const MAX_NAMES = 3;

/** Exclusions whose agents are counted and not named: the person may not view them, or they were not looked at. */
const UNNAMED: ReadonlySet<ExclusionReason> = new Set(["no permission", "over the limit"]);

export function excludedParts(excluded: readonly Exclusion[], beyond: number, filtered = 0): readonly Part[] {
  const groups = new Map<ExclusionReason, Exclusion[]>();
  for (const exclusion of excluded) {
    const group = groups.get(exclusion.reason);
    if (group) group.push(exclusion);
    else groups.set(exclusion.reason, [exclusion]);
  }
  const lines = [...groups]
    .filter(([reason]) => reason !== "over the limit")
    .map(([reason, members]): Line => {
      if (UNNAMED.has(reason)) return [`${reason} ${members.length}: `, ...differing(members)];
      const shown = names(
        members.map((member) => member.agent.name),
        3,
      );
      return [`${reason} ${members.length}: `, ...shown, " (", ...differing(members), ")"];
    });
  const over = (groups.get("over the limit")?.length ?? 0) + beyond;
  if (over > 0) lines.push([`over the limit ${over.toLocaleString("en")}`]);
  if (filtered > 0) lines.push([`not selected by your command ${filtered.toLocaleString("en")}`]);
  return lines.length > 0 ? [{ kind: "text", lines: [[{ bold: "Left out" }], ...lines] }] : [];
}

/** Two of their causes. */
function differing(members: readonly Exclusion[]): Line {
  const different = [...new Map(members.map(({ cause }) => [JSON.stringify(cause), cause])).values()];
  const shown = different.slice(0, 2).flatMap((each, i): Line => [i === 0 ? "" : "; ", ...causeText(each, "you")]);
  return different.length > 2 ? [...shown, "; …"] : shown;
}

function required(plan: Plan): number {
  return plan.agents.filter((agent) => agent.status === "upgrade-required").length;
}
