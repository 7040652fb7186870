import { jumpBetween } from "../core/jump-between.ts";
import type { Clock } from "../core/ports.ts";
import { followsUp } from "../model/rollout/retry.ts";
import { decideDue, decideObserved } from "../model/upgrade/decide-upgrade.ts";
import type { Observation, Upgrade } from "../model/upgrade/upgrade.ts";
import type { UpgradeEvent } from "../model/upgrade/upgrade-events.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { creditAnother } from "./credit-another.ts";
import { lookGap } from "./look-schedule.ts";
import {
  afterRestart,
  createWatchedScale,
  type Marks,
  marked,
  onScale,
  type Scale,
  type WatchedScale,
  withDuration,
} from "./watched-scale.ts";

/** How much rarer the whole list is read when no rollout is under way and only late changes are looked for. */
export const LATE_FACTOR = 10;
/** So many intervals of a gap between two looks count. */
const MAX_GAP = 2;

/** How long the open upgrades of one server were really watched by this process. Their deadlines count that, and no clock that people set. */
export interface WatchedUpgrades {
  /** The server reported these agents. @param asked when Drydock asked (monotonic). */
  reported(agents: { has(id: string): boolean }, asked: number): void;
  /** The server answered a whole round that began then (monotonic). */
  answered(asked: number): void;
  /** What a look at the agent means. */
  observed(upgrade: Upgrade, seen: Observation, asked: number): readonly UpgradeEvent[];
  /** Whether something more than a look follows if the agent is as it was last seen. */
  isOverdue(upgrade: Upgrade): boolean;
  /** What has come due without anybody looking at the agent. */
  due(upgrade: Upgrade): readonly UpgradeEvent[];
  stop(): void;
}

interface Entry {
  readonly begun: number;
  /** Whether it was in flight already when this process started. */
  readonly inherited: boolean;
  readonly scale: WatchedScale;
  marks: Marks;
  /** Whether this process has extended its deadlines. */
  extended: boolean;
  /** Whether the wall clock has jumped meanwhile: the machine may have slept. */
  jumped: boolean;
}

/** Whether it is looked at by itself in each round. What the server has put off, only others can be upgrading: the list shows that. */
export function isClose({ holdsSlot, outcome, postponed }: Upgrade): boolean {
  return postponed === undefined && (holdsSlot || outcome?.kind === "verified");
}

export function createWatchedUpgrades(
  server: ManagedServer,
  { projections, clock }: { readonly projections: Projections; readonly clock: Clock },
): WatchedUpgrades {
  const { watch, deadlines } = server;
  const entries = new Map<string, Entry>();
  const moment = () => ({ wall: clock.now(), monotonic: clock.monotonic() });
  const start = moment();
  const answered = createWatchedScale(start.monotonic, () => MAX_GAP * watch.inFlight);
  let lookedAt = start;

  function enter(upgrade: Upgrade, inherited: boolean): Entry {
    const begun = clock.monotonic();
    const longestGap = () => {
      const now = projections.upgrade(upgrade.id);
      const expected = projections.learned.expect(server.name, { ...upgrade.agent, version: upgrade.from });
      return MAX_GAP * (now && isClose(now) ? lookGap(server, now, expected) : watch.fleet * LATE_FACTOR);
    };
    const scale = createWatchedScale(begun, longestGap);
    const entry: Entry = { begun, inherited, scale, marks: {}, extended: false, jumped: false };
    entries.set(upgrade.id, entry);
    mark(entry, upgrade, inherited);
    return entry;
  }

  /** @param older whether its times are from before this process. */
  function mark(entry: Entry, upgrade: Upgrade, older = false): void {
    const now = clock.monotonic();
    entry.marks = marked(entry.marks, upgrade, (wall) => ({
      wall,
      reported: entry.scale.at(now),
      answered: answered.at(now),
      before: older ? Math.max(0, start.wall - wall) : 0,
    }));
  }

  function entryOf(upgrade: Upgrade): Entry {
    return entries.get(upgrade.id) ?? enter(upgrade, true);
  }

  function decided(
    upgrade: Upgrade,
    { marks, inherited, extended }: Entry,
    scale: Scale,
    decide: (scaled: Upgrade) => readonly UpgradeEvent[],
  ): readonly UpgradeEvent[] {
    const fresh = decide(onScale(upgrade, marks, scale));
    const isFresh = !inherited || extended;
    const events = isFresh ? fresh : afterRestart(upgrade, fresh, decide(onScale(upgrade, marks, scale, true)));
    return unlessFollowed(upgrade, events);
  }

  /** One that is to be asked again, and is held back by a window say, stays open for as long as that takes. */
  function unlessFollowed(upgrade: Upgrade, events: readonly UpgradeEvent[]): readonly UpgradeEvent[] {
    if (!events.some(({ type }) => type === "upgrade.closed")) return events;
    const rollout = projections.rollouts.get(upgrade.rollout);
    const isNewest = projections.attempts(upgrade.rollout, upgrade.agent.id).at(-1)?.id === upgrade.id;
    if (!rollout || !isNewest || !followsUp(rollout, upgrade)) return events;
    return events.filter(({ type }) => type !== "upgrade.closed");
  }

  function observed(upgrade: Upgrade, entry: Entry, seen: Observation, asked: number): readonly UpgradeEvent[] {
    const at = entry.scale.at(asked);
    // The server may have been upgraded since, and the plan with it.
    const wanted = upgrade.wanted ?? projections.rollouts.get(upgrade.rollout)?.plan.serverVersion ?? null;
    return decided(upgrade, entry, "reported", (scaled) => decideObserved(scaled, seen, at, deadlines, wanted));
  }

  function durationOf({ begun, inherited, scale, jumped }: Entry): number | null {
    return inherited || jumped || !scale.unbroken ? null : Math.round(clock.monotonic() - begun);
  }

  for (const upgrade of projections.openUpgrades(server.name)) enter(upgrade, true);
  const ignore = projections.onChange(
    (events) => {
      for (const { stream, type } of events) {
        const upgrade = projections.upgrade(stream.slice("upgrade.".length));
        if (upgrade?.server !== server.name) continue;
        if (upgrade.closed) entries.delete(upgrade.id);
        else {
          // One that was put off and is asked anew begins here.
          const known = type === "upgrade.intended" ? undefined : entries.get(upgrade.id);
          const entry = known ?? enter(upgrade, false);
          mark(entry, upgrade);
          if (type === "upgrade.extended") entry.extended = true;
        }
      }
    },
    ["upgrade"],
  );

  return {
    answered: (asked) => answered.looked(asked),
    reported(agents, asked) {
      const now = moment();
      const jumped = jumpBetween(lookedAt, now) !== 0;
      lookedAt = now;
      for (const upgrade of projections.openUpgrades(server.name)) {
        const entry = entryOf(upgrade);
        if (jumped) entry.jumped = true;
        if (agents.has(upgrade.agent.id)) entry.scale.looked(asked);
      }
    },
    observed(upgrade, seen, asked) {
      const entry = entryOf(upgrade);
      const events = withDuration(observed(upgrade, entry, seen, asked), durationOf(entry));
      return creditAnother(projections, upgrade, events, seen.version);
    },
    isOverdue(upgrade) {
      const seen = upgrade.last ?? { status: "upgrade-required", version: upgrade.from };
      const events = observed(upgrade, entryOf(upgrade), seen, clock.monotonic());
      return events.some(({ type }) => type !== "upgrade.observed");
    },
    due(upgrade) {
      const at = answered.at(clock.monotonic());
      return decided(upgrade, entryOf(upgrade), "answered", (scaled) => decideDue(scaled, at, deadlines));
    },
    stop: ignore,
  };
}
