import { describeOutcome, type Outcome } from "../../domain/outcome.ts";
import type { Progress } from "../../domain/progress.ts";
import type { Rollout } from "../../domain/rollout.ts";
import type { Upgrade } from "../../domain/upgrade.ts";
import { data, type Line, say, type View } from "../view.ts";
import { tally } from "./card-view.ts";
import { clockTime, count, duration } from "./words.ts";

/** Agents named in one reply; the card's thread is read on a phone. */
const MOST_LINES = 20;

/** One reply for all agents that failed in the same way; edited as it grows. */
export function failuresView(rollout: Rollout, outcome: Outcome, failed: readonly Upgrade[]): View {
  const head: Line = [
    { person: rollout.owner },
    " ",
    { bold: `${count(failed.length, "agent")}: ${describeOutcome(outcome)}` },
  ];
  const lines = failed
    .slice(0, MOST_LINES)
    .map((upgrade): Line => [data(upgrade.agent.name), ": ", data(upgrade.outcome?.detail ?? "")]);
  const rest: Line[] = failed.length > MOST_LINES ? [[`and ${count(failed.length - MOST_LINES, "more agent")}`]] : [];
  return say(head, ...lines, ...rest);
}

export function resultView(rollout: Rollout, progress: Progress): View {
  const done =
    progress.failed === 0 && progress.stopped === 0
      ? "is finished"
      : progress.stopped > 0
        ? "was stopped"
        : "is finished, with failures";
  return say([{ person: rollout.owner }, ` ${rollout.id} ${done}: ${tally(progress)}`]);
}

/** `web-17 came back at 03:12 UTC, counted as upgraded`. */
export function lateView(upgrade: Upgrade): View {
  const at = clockTime(upgrade.outcome?.at ?? 0);
  if (upgrade.outcome?.kind === "verified")
    return say([data(upgrade.agent.name), ` came back at ${at}, counted as upgraded.`]);
  return say([
    data(upgrade.agent.name),
    ` counts as failed since ${at}: ${describeOutcome(upgrade.outcome?.kind ?? "lost-again")}.`,
  ]);
}

export function backView(away: number, finished: number): View {
  return say(`Drydock was away ${duration(away)}, ${finished} finished meanwhile, nothing was started twice.`);
}
