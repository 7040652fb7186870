import type { Plan } from "../../domain/plans/plan.ts";
import type { PoolWait } from "../rollouts/pool-waits.ts";
import type { PoolReading } from "../servers/pools.ts";
import { data, type Line } from "../view.ts";
import { clockTime, count } from "./words.ts";

const NAMED = 5;

/** Completes "At most 10 at once": what a plan says of agent pools. */
export function poolWords({ options }: Plan, reading: PoolReading | undefined): string {
  if (reading?.kind !== "told") return "; agent pools are not looked at";
  return options.includeLast
    ? ", of an agent pool half, or one at a time where no more may be away"
    : ", of an agent pool half, and never its last online agent";
}

/** Why pools are not looked at though they should be, and what somebody has decided about the last of them. */
export function poolNotes({ server, options }: Plan, untold: string | undefined): readonly Line[] {
  const lines: Line[] = [];
  if (untold !== undefined)
    lines.push([`The agent pools of ${server} cannot be read, so nothing waits for them: `, data(untold)]);
  if (options.includeLast)
    lines.push(["The last online agent of a pool is upgraded too: nobody can use the pool meanwhile."]);
  return lines;
}

/** Who waits for room in a pool, for the rollout's card. */
export function poolWaitLines(wait: PoolWait | undefined): readonly Line[] {
  if (!wait) return [];
  const { agents, until } = wait;
  const named = agents
    .slice(0, NAMED)
    .flatMap(({ name, why }, i): Line => [i === 0 ? "" : ", ", data(name), " (", data(why), ")"]);
  const more = agents.length > NAMED ? [` and ${(agents.length - NAMED).toLocaleString("en")} more`] : [];
  const end = until === undefined ? "." : `. If that is so until ${clockTime(until)}, they are left out.`;
  return [[`${count(agents.length, "agent waits", "agents wait")} for room in agent pools: `, ...named, ...more, end]];
}
