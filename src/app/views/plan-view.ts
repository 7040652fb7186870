import type { Exclusion, Plan } from "../../domain/plan.ts";
import { forecast, GUESSED_DURATION, lowerBound } from "../../domain/progress.ts";
import type { Reading } from "../plans.ts";
import { data, type Line, type Part, type View } from "../view.ts";
import { count, duration, names } from "./words.ts";

export interface PlanViewInput {
  readonly reading: Reading;
  readonly draftId: string;
  readonly slots: number;
  /** Why it cannot be started here; undefined where it can. */
  readonly unmet: string | undefined;
  /** What the command was, so that a lost plan can be made again from its buttons. */
  readonly said: readonly string[];
  /** A sentence above everything else, e.g. why the plan is shown again. */
  readonly notice?: string;
}

/** The private plan: how many of how many, to which version, who is left out and why, and what can be pressed. */
export function planView({ reading, draftId, slots, unmet, said, notice }: PlanViewInput): View {
  const { plan } = reading;
  const n = plan.agents.length;
  const headline = `Upgrade ${n.toLocaleString("en")} of ${count(reading.candidates, "agent")} on ${plan.server}`;
  const parts: Part[] = [];
  if (notice) parts.push({ kind: "text", lines: [[notice]] });
  parts.push({ kind: "heading", text: headline });
  const to: Line = plan.serverVersion
    ? ["To the agent version that ships with the server, which is at ", data(plan.serverVersion), "."]
    : ["To the agent version that ships with the server. The server does not tell its own version."];
  const lines: Line[] = [to];
  if (n > 0)
    lines.push(
      [`Upgrade Required: ${required(plan)}. Upgrade Recommended: ${n - required(plan)}.`],
      ["First: ", ...names(plan.agents.map((agent) => agent.name))],
    );
  if (plan.options.reason) lines.push(["Reason: ", data(plan.options.reason)]);
  parts.push({ kind: "text", lines }, ...excludedParts(plan.excluded), { kind: "note", lines: notes(reading, slots) });
  if (unmet) parts.push({ kind: "text", lines: [[unmet]] });
  if (!unmet && n > 0) parts.push(buttons(plan, draftId, said));
  return { summary: [headline], parts };
}

function notes(reading: Reading, slots: number): readonly Line[] {
  const n = reading.plan.agents.length;
  const durations = reading.plan.agents.map(() => GUESSED_DURATION);
  const lines: Line[] = [];
  if (n > 0) {
    lines.push([
      `At most ${slots} at once. Floor ${duration(lowerBound(durations, slots))}, forecast ${duration(forecast(n, slots, GUESSED_DURATION))}: a guess of 3 min for each agent.`,
    ]);
    lines.push(["Agents go Offline while they upgrade, and there is no way back to the old version."]);
  }
  if (reading.unknown > 0)
    lines.push([
      `${count(reading.unknown, "agent is", "agents are")} offline: whether they need the upgrade is not known.`,
    ]);
  return lines.length > 0 ? lines : [["Nothing needs to be upgraded."]];
}

function excludedParts(excluded: readonly Exclusion[]): readonly Part[] {
  if (excluded.length === 0) return [];
  const groups = new Map<string, Exclusion[]>();
  for (const exclusion of excluded) groups.set(exclusion.reason, [...(groups.get(exclusion.reason) ?? []), exclusion]);
  const lines = [...groups].map(([reason, members]): Line => {
    // Somebody without rights on an agent is told how many there are, not which.
    if (reason === "no permission") return [`${reason} ${members.length}: ${sentences(members)}`];
    return [
      `${reason} ${members.length}: `,
      ...names(
        members.map((member) => member.agent.name),
        3,
      ),
      " (",
      data(sentences(members)),
      ")",
    ];
  });
  return [{ kind: "text", lines: [[{ bold: "Left out" }], ...lines] }];
}

function sentences(members: readonly Exclusion[]): string {
  const different = [...new Set(members.map((member) => member.sentence))];
  return different.slice(0, 2).join("; ") + (different.length > 2 ? "; …" : "");
}

function required(plan: Plan): number {
  return plan.agents.filter((agent) => agent.status === "upgrade-required").length;
}

/** Slack takes 2000 characters in a button; a command that is longer cannot be made again from it. */
const LONGEST_ARGS = 1_500;

function buttons(plan: Plan, draftId: string, said: readonly string[]): Part {
  const again = JSON.stringify(said);
  const n = count(plan.agents.length, "agent");
  return {
    kind: "buttons",
    buttons: [
      {
        label: "Start",
        command: "start",
        args: again.length <= LONGEST_ARGS ? [draftId, again] : [draftId],
        style: "primary",
        confirm: {
          title: `Upgrade ${n}?`,
          text: `${n} on ${plan.server} will go Offline one after another and restart at the new version. There is no way back to the old one.`,
          yes: `Upgrade ${plan.agents.length}`,
          no: "Not now",
        },
      },
      { label: "Cancel", command: "cancel", args: [draftId] },
    ],
  };
}
