import { count, duration, names } from "../../core/format.ts";
import { data, type Line, type Part, type View } from "../../core/view.ts";
import { type Exclusion, type ExclusionReason, everyAgent, type Plan } from "../../model/plan/plan.ts";
import type { Policy } from "../../model/policy.ts";
import { forecast, lowerBound } from "../../model/rollout/progress.ts";
import type { Limits } from "../../model/server/limits.ts";
import { causeText } from "../../phrases/cause-text.ts";
import { activityLines } from "./activity-words.ts";
import { canaryNote } from "./canary-view.ts";
import { kindNotes, unaskedNote } from "./kind-view.ts";
import { draftArgs, gateNotes, isRefused, startButton } from "./plan-gates.ts";
import type { PlanProgress, PlanResult } from "./plan-result.ts";
import type { PlanViewInput } from "./plan-view-input.ts";
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
  if (n > 0)
    lines.push(
      [`Upgrade Required: ${required(plan)}. Upgrade Recommended: ${n - required(plan)}.`],
      ["First: ", ...names(plan.agents.map((agent) => agent.name))],
    );
  if (plan.options.reason) lines.push(["Reason: ", data(plan.options.reason)]);
  for (const { name, why } of result.unavailable) lines.push([data(name), `: ${why}.`]);
  parts.push({ kind: "text", lines }, ...excludedParts(plan.excluded, result.beyond), {
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

function toVersion(version: string | undefined): Line {
  return version
    ? ["To the agent version that ships with the server, which is at ", data(version), "."]
    : ["To the agent version that ships with the server. The server does not tell its own version."];
}

function notes(result: PlanResult, policy: Policy): readonly Line[] {
  const { plan, expected, learned, unknown, activity, limits } = result;
  const { slots } = plan.options;
  const lines: Line[] = [];
  if (plan.agents.length > 0) {
    lines.push([
      `At most ${slots} at once${spreadWords(plan, limits)}. Floor ${duration(lowerBound(expected, slots))}, forecast ${duration(forecast(expected, slots))}${learned ? ", from what upgrades took before" : ": a guess of 3 min for each agent"}.`,
    ]);
    lines.push(...canaryNote(plan, policy));
    lines.push(["Agents go Offline while they upgrade, and there is no way back to the old version."]);
    lines.push(...activityLines(activity, plan.agents, policy));
  }
  lines.push(...kindNotes(plan), ...unaskedNote(result.unasked), ...waitingNote(plan, policy));
  if (unknown > 0)
    lines.push([`${count(unknown, "agent is", "agents are")} offline: whether they need the upgrade is not known.`]);
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

/** Exclusions whose agents are counted and not named: the person may not view them, or they were not looked at. */
const UNNAMED: ReadonlySet<ExclusionReason> = new Set(["no permission", "over the limit"]);

export function excludedParts(excluded: readonly Exclusion[], beyond: number): readonly Part[] {
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
  if (over > 0) lines.push([`over the limit: ${over.toLocaleString("en")} more were not asked for`]);
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
