import { duration } from "../../core/format.ts";
import { timeOfDay } from "../../core/moment.ts";
import { data, type Line, say, type View } from "../../core/view.ts";
import type { sslv3Counts } from "../../model/guide/tls.ts";
import type { Progress } from "../../model/rollout/progress.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { describeOutcome } from "../../model/upgrade/outcome.ts";
import type { Upgrade } from "../../model/upgrade/upgrade.ts";
import { resultWords } from "./result-words.ts";

/** What the server's agents still ask for when a rollout has ended; and, where the configuration says below which version, how many may speak only SSLv3. */
export interface Left {
  readonly required: number;
  readonly recommended: number;
  readonly sslv3?: ReturnType<typeof sslv3Counts> & { readonly below: string };
}

/** What is said in the thread when a rollout has ended. `left` is what the server's agents still ask for, where it tells; `relays` those that lag. */
export function resultView(
  rollout: Rollout,
  progress: Progress,
  left: Left | undefined,
  relays: readonly Line[] = [],
): View {
  const { sign, line } = resultWords(rollout, progress);
  const still =
    left === undefined
      ? []
      : [
          left.required + left.recommended === 0
            ? `No agent of ${rollout.plan.server} asks for an upgrade any more.`
            : `Still on ${rollout.plan.server}: ${left.required.toLocaleString("en")} Upgrade Required, ${left.recommended.toLocaleString("en")} Upgrade Recommended.`,
          ...sslv3Words(rollout, left),
        ];
  return say("result", [{ person: rollout.owner }, ` ${sign} ${rollout.id}: `, ...line, "."], ...still, ...relays);
}

function sslv3Words({ plan }: Rollout, { sslv3 }: Left): readonly string[] {
  if (!sslv3) return [];
  const { below, before, after, server } = sslv3;
  const on = `${server.toLocaleString("en")} on ${plan.server} in all`;
  return [
    `Below ${below}, where agents may speak only SSLv3: ${before.toLocaleString("en")} of this rollout before, ${after.toLocaleString("en")} now; ${on}${server > 0 ? ", and as long as there are any the server may keep SSLv3 enabled" : ""}.`,
  ];
}

/** `web-17 came back at 03:12 UTC, counted as upgraded`. */
/** `rollout`: its id, where the message is not in its thread. */
export function lateView(upgrade: Upgrade, rollout?: string): View {
  const at = timeOfDay(upgrade.outcome?.at ?? 0);
  const where = rollout === undefined ? "" : `${rollout}: `;
  if (upgrade.outcome?.kind === "verified")
    return say("late", [where, data(upgrade.agent.name), " came back at ", at, ", counted as upgraded."]);
  return say("late", [
    where,
    data(upgrade.agent.name),
    " counts as failed since ",
    at,
    `: ${describeOutcome(upgrade.outcome?.kind ?? "lost-again")}.`,
  ]);
}

/** @param away null where nobody knows for how long. */
export function backView(away: number | null, finished: number): View {
  const how = away === null ? "was started again" : `was away ${duration(away)}`;
  return say("back", `Drydock ${how}, ${finished} finished meanwhile, nothing was started twice.`);
}
