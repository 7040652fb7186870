import type { Upgrade } from "../model/upgrade/upgrade.ts";
import type { UpgradeEvent } from "../model/upgrade/upgrade-events.ts";

/**
 * A scale of time that only counts what was watched, in ms since it began. A gap between two looks counts up to a limit, so a
 * machine that slept, or a server that was away, makes nothing late. All times that it takes are monotonic.
 */
export interface WatchedScale {
  /** Somebody looked. */
  looked(at: number): void;
  /** How much was watched by then. */
  at(time: number): number;
  /** Whether every gap was within the limit. */
  readonly unbroken: boolean;
}

export function createWatchedScale(begin: number, longestGap: () => number): WatchedScale {
  let sum = 0;
  let last = begin;
  let unbroken = true;

  return {
    looked(at) {
      if (at <= last) return;
      const gap = at - last;
      const limit = longestGap();
      if (gap > limit) unbroken = false;
      sum += Math.min(gap, limit);
      last = at;
    },
    at: (time) => (time <= last ? sum : sum + Math.min(time - last, longestGap())),
    get unbroken() {
      return unbroken;
    },
  };
}

/** The times of an upgrade that deadlines count from. */
const TIMES = ["intendedAt", "triggeredAt", "downSince", "stuckSince", "backSince", "oldSince", "seenAt"] as const;
type Name = (typeof TIMES)[number] | "outcomeAt";

/** `reported` counts while the server reports the agent, `answered` while it answers. */
export type Scale = "reported" | "answered";

/** One of these times on the scales of the process that watches. They only count what it has watched, in ms. */
export interface Mark extends Readonly<Record<Scale, number>> {
  /** The time as the ledger has it. */
  readonly wall: number;
  /** How long ago it was when this process started, by the wall clock: nothing else tells that. */
  readonly before: number;
}

export type Marks = Readonly<Partial<Record<Name, Mark>>>;

/** Marks the times that are new. */
export function marked(before: Marks, upgrade: Upgrade, mark: (wall: number) => Mark): Marks {
  const marks: Partial<Record<Name, Mark>> = {};
  const add = (name: Name, wall: number | undefined) => {
    const known = before[name];
    if (wall !== undefined) marks[name] = known?.wall === wall ? known : mark(wall);
  };
  for (const name of TIMES) add(name, upgrade[name]);
  add("outcomeAt", upgrade.outcome?.at);
  return marks;
}

/**
 * The upgrade with its times on one of the scales. What decides about deadlines compares them with a time on the same scale.
 * @param aged whether the time before this process counts too.
 */
export function onScale(upgrade: Upgrade, marks: Marks, scale: Scale, aged = false): Upgrade {
  const times: Partial<Record<Name, number>> = {};
  for (const name of [...TIMES, "outcomeAt"] as const) {
    const mark = marks[name];
    if (mark) times[name] = mark[scale] - (aged ? mark.before : 0);
  }
  const { intendedAt = 0, triggeredAt, downSince, stuckSince, backSince, oldSince, seenAt, outcomeAt = 0 } = times;
  const outcome = upgrade.outcome && { ...upgrade.outcome, at: outcomeAt };
  return { ...upgrade, intendedAt, triggeredAt, downSince, stuckSince, backSince, oldSince, seenAt, outcome };
}

/** How often restarts may extend the deadlines of one upgrade. */
const MAX_EXTENSIONS = 3;

/**
 * What follows for an upgrade that was in flight when Drydock started. The new process waits anew and says so, three times at most.
 * @param fresh what follows from the time that this process has watched.
 * @param aged what follows if the time before it counts too.
 */
export function afterRestart(
  { extensions }: Upgrade,
  fresh: readonly UpgradeEvent[],
  aged: readonly UpgradeEvent[],
): readonly UpgradeEvent[] {
  const isExtended = aged.some(({ type }) => !fresh.some((event) => event.type === type));
  if (!isExtended) return fresh;
  return extensions >= MAX_EXTENSIONS
    ? aged
    : [...fresh, { type: "upgrade.extended", data: { restarts: extensions + 1 } }];
}

/** Adds to a proof how long the upgrade took. @param took null if that is not known for sure. */
export function withDuration(events: readonly UpgradeEvent[], took: number | null): readonly UpgradeEvent[] {
  return events.map((event) => {
    const proves = event.type === "upgrade.outcome" && event.data.outcome === "verified";
    return proves ? { ...event, data: { ...event.data, took } } : event;
  });
}
