import { describeOutcome } from "../../domain/outcome.ts";
import type { Progress } from "../../domain/progress.ts";
import type { Rollout } from "../../domain/rollout.ts";
import type { Upgrade } from "../../domain/upgrade.ts";
import { data, type Line, say, type View } from "../view.ts";
import { tally } from "./card-view.ts";
import { clockTime, duration } from "./words.ts";

/** What is said in the thread when a rollout has ended. `left` is what the server's agents still ask for, where it tells; `relays` those that lag. */
export function resultView(
  rollout: Rollout,
  progress: Progress,
  left: { readonly required: number; readonly recommended: number } | undefined,
  relays: readonly Line[] = [],
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
  return say([{ person: rollout.owner }, ` ${rollout.id} ${done}: ${tally(progress)}`], ...still, ...relays);
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
