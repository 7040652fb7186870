import { type Diagnosis, hostPaths } from "../../domain/diagnosis.ts";
import { describeOutcome } from "../../domain/outcome.ts";
import type { Progress } from "../../domain/progress.ts";
import type { Rollout } from "../../domain/rollout.ts";
import type { Upgrade } from "../../domain/upgrade.ts";
import { data, type Line, say, type View } from "../view.ts";
import { tally } from "./card-view.ts";
import { clockTime, count, duration } from "./words.ts";

/** Agents named in one reply; the card's thread is read on a phone. */
const MOST_LINES = 20;

/** One reply for all agents that failed for the same cause; edited as it grows. */
export function failuresView(rollout: Rollout, { title, remedy }: Diagnosis, failed: readonly Upgrade[]): View {
  const head: Line = [{ person: rollout.owner }, " ", { bold: `${count(failed.length, "agent")}: ${title}` }];
  const lines = failed.slice(0, MOST_LINES).map((upgrade): Line => {
    const detail = upgrade.outcome?.detail;
    return detail ? [data(upgrade.agent.name), ": ", data(detail)] : [data(upgrade.agent.name)];
  });
  const rest: Line[] = failed.length > MOST_LINES ? [[`and ${count(failed.length - MOST_LINES, "more agent")}`]] : [];
  return {
    summary: head,
    parts: [
      { kind: "text", lines: [head, ...(remedy ? [[remedy]] : []), ...lines, ...rest] },
      { kind: "note", lines: places(failed) },
    ],
  };
}

/** Where to look on the hosts, below AGENT_HOME: one line for each set of places that the agents' versions have. */
function places(failed: readonly Upgrade[]): readonly Line[] {
  const byPlaces = new Map<string, readonly string[]>();
  for (const upgrade of failed) {
    const paths = hostPaths(upgrade.last?.version ?? upgrade.from)
      .map(({ what, path }) => `${what} ${path}`)
      .join("; ");
    byPlaces.set(paths, [...(byPlaces.get(paths) ?? []), upgrade.from ?? "unknown"]);
  }
  return [...byPlaces].slice(0, 3).map(([paths, versions]): Line => {
    const [first = "unknown"] = versions;
    const which = byPlaces.size > 1 ? [` (${count(versions.length, "agent")}, such as from `, data(first), ")"] : [];
    return ["On the host, below AGENT_HOME", ...which, `: ${paths}.`];
  });
}

/** What is said in the thread when a rollout has ended. `left` is what the server's agents still ask for, where it tells. */
export function resultView(
  rollout: Rollout,
  progress: Progress,
  left: { readonly required: number; readonly recommended: number } | undefined,
): View {
  const done =
    progress.failed === 0 && progress.stopped === 0
      ? "is finished"
      : progress.stopped > 0
        ? "was stopped"
        : "is finished, with failures";
  const still =
    left === undefined
      ? []
      : [
          left.required + left.recommended === 0
            ? `No agent of ${rollout.plan.server} asks for an upgrade any more.`
            : `Still on ${rollout.plan.server}: ${left.required.toLocaleString("en")} Upgrade Required, ${left.recommended.toLocaleString("en")} Upgrade Recommended.`,
        ];
  return say([{ person: rollout.owner }, ` ${rollout.id} ${done}: ${tally(progress)}`], ...still);
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
