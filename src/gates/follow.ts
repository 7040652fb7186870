import type { Cause } from "../core/cause.ts";
import type { RolloutEvent } from "../model/rollout/rollout-events.ts";
import type { Blocked, Point } from "./gate.ts";

/**
 * What is written because of blocks: an approved start that the rules refuse is denied. A rollout that runs pauses once, with every
 * reason, and is asked for again only if each of them says so. One that does not run is only asked for again, unless its server is at another version: that pauses it once more.
 * @param ask the event that asks again, for these reasons.
 */
export function follow(
  at: Point,
  { status }: { readonly status: string },
  blocked: readonly Blocked[],
  ask: (because: readonly Cause[]) => RolloutEvent,
): readonly RolloutEvent[] {
  const refused = blocked.filter(({ effect }) => effect === "refuse");
  if (at === "proceed" && refused.length > 0)
    return [{ type: "rollout.denied", data: { by: "drydock", causes: refused.map(({ cause }) => cause) } }];
  const pausing = blocked.flatMap((found) => (found.effect === "pause" ? [found] : []));
  const [first] = pausing;
  if (!first) return [];
  const causes = pausing.map(({ cause }) => cause);
  const { kind, serverVersion } = first;
  const data = { by: "drydock", kind, causes, ...(serverVersion === undefined ? {} : { serverVersion }) } as const;
  const paused: readonly RolloutEvent[] =
    status === "running" || serverVersion !== undefined ? [{ type: "rollout.paused", data }] : [];
  return pausing.every((found) => found.asksAgain) ? [...paused, ask(causes)] : paused;
}
