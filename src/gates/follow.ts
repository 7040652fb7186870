import type { Cause } from "../core/cause.ts";
import type { PauseKind, RolloutEvent } from "../model/rollout/rollout-events.ts";
import type { UpgradeEvent } from "../model/upgrade/upgrade-events.ts";
import type { Blocked, Point } from "./gate.ts";

type Skipped = Extract<UpgradeEvent, { readonly type: "upgrade.skipped" }>;
type Dropped = Extract<RolloutEvent, { readonly type: "retry.dropped" }>;

/**
 * What is written because of blocks, and nothing else writes it: an approved start that the rules refuse is denied, with every reason,
 * and what waits paused for its approval pauses once more. A rollout that runs pauses once, with every reason, and is asked for again
 * only if each of them says so. One that does not run is only asked for again, unless a block has the server's version: that pauses it
 * once more. A scheduled start that cannot begin at its time is not scheduled any more.
 * @param ask the event that asks again, for these reasons; left out = none of the blocks asks again.
 */
export function follow(
  at: Point,
  { status, schedule }: { readonly status: string; readonly schedule?: unknown },
  blocked: readonly Blocked[],
  ask?: (because: readonly Cause[]) => RolloutEvent,
): readonly RolloutEvent[] {
  const isDue = at === "start-due" || (at === "proceed" && status === "requested" && schedule !== undefined);
  const off = isDue && blocked.length > 0 ? [unscheduled(blocked.map(({ cause }) => cause))] : [];
  const refused = blocked.filter(({ effect }) => effect === "refuse").map(({ cause }) => cause);
  if ((at === "proceed" || at === "start-due") && refused.length > 0)
    return status === "paused"
      ? [paused("rights", refused)]
      : [...off, { type: "rollout.denied", data: { by: "drydock", causes: blocked.map(({ cause }) => cause) } }];
  const pausing = blocked.flatMap((found) => (found.effect === "pause" ? [found] : []));
  const [first] = pausing;
  if (!first) return [];
  const causes = pausing.map(({ cause }) => cause);
  const { kind, serverVersion } = first;
  const pause = status === "running" || serverVersion !== undefined ? [paused(kind, causes, serverVersion)] : [];
  return ask && pausing.every((found) => found.asksAgain) ? [...off, ...pause, ask(causes)] : [...off, ...pause];
}

/** An agent that is left out at its turn is skipped: nothing more comes of its attempt. */
export function skipped(attempt: Omit<Skipped["data"], "why" | "elsewhere">, blocked: Blocked): Skipped {
  const done = blocked.effect === "leave-out" && blocked.elsewhere ? ({ elsewhere: true } as const) : {};
  return { type: "upgrade.skipped", data: { ...attempt, why: blocked.cause, ...done } };
}

/** Another attempt at it does not begin, and the failure before stands. */
export function dropped(attempt: Omit<Dropped["data"], "why">, { cause: why }: Blocked): Dropped {
  return { type: "retry.dropped", data: { ...attempt, why } };
}

/** What is asked for again at or after its time has no time any more: its approvals start it. */
export function unscheduled(because: readonly Cause[]): RolloutEvent {
  return { type: "rollout.unscheduled", data: { by: "drydock", because } };
}

function paused(kind: PauseKind, causes: readonly Cause[], serverVersion?: string): RolloutEvent {
  const at = serverVersion === undefined ? {} : { serverVersion };
  return { type: "rollout.paused", data: { by: "drydock", kind, causes, ...at } };
}
