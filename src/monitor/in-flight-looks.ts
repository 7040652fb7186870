import type { Agent, AgentStatus } from "../core/agent.ts";
import type { Clock, Log } from "../core/ports.ts";
import type { Observation, Upgrade } from "../model/upgrade/upgrade.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { createCloseLooks } from "./close-looks.ts";
import { type Counted, createCountsWatch } from "./counts-watch.ts";
import type { ExternalUpgradeDetector } from "./external-upgrade-detector.ts";
import { watchesInactive } from "./list-watched.ts";
import { createLookSchedule } from "./look-schedule.ts";
import type { WatchedUpgrades } from "./watched-upgrades.ts";

/** While nothing holds a slot the counts are read so many times in the interval of lists. */
const COUNTS_PER_LIST = 3;

/** Asks for the agents in flight as seldom as it can without missing a change. */
export interface InFlightLooks {
  round(
    now: {
      /** All upgrades that are not closed. */
      readonly open: readonly Upgrade[];
      /** Those of them that are looked at by themselves. */
      readonly close: readonly Upgrade[];
      /** Whether others' upgrades matter. */
      readonly looking: boolean;
    },
    signal: AbortSignal,
  ): Promise<{
    readonly counted: Counted;
    /** False if agents were asked about and the server told of none. */
    readonly told: boolean;
  }>;
  /** The agent was in this status just before Drydock asked for its upgrade. */
  begins(agentId: string, status: AgentStatus): void;
  /** The whole list was read. */
  listed(agents: readonly Agent[]): void;
}

export function createInFlightLooks(
  server: ManagedServer,
  ports: {
    readonly projections: Projections;
    readonly clock: Clock;
    readonly log: Log;
    readonly detector: Pick<ExternalUpgradeDetector, "inFlight" | "unchanged">;
    readonly watched: Pick<WatchedUpgrades, "isOverdue" | "reported">;
    /** Writes down what was seen. @param asked when Drydock asked (monotonic). */
    readonly onSeen: (seen: ReadonlyMap<string, Observation>, asked: number) => Promise<void>;
  },
): InFlightLooks {
  const { projections, clock, detector, watched } = ports;
  const expect = ({ agent, from }: Upgrade) => projections.learned.expect(server.name, { ...agent, version: from });
  const schedule = createLookSchedule(server, { clock, expect });
  const counts = createCountsWatch(server, { clock, schedule });
  const closeLooks = createCloseLooks(server, ports);
  let countedAt = Number.NEGATIVE_INFINITY;
  let last: Counted = "unread";

  /** Those whose turn it is, and those of which something follows if they are as they were. */
  function dueOf(close: readonly Upgrade[], counted: boolean): readonly Upgrade[] {
    const due = new Set(schedule.due(close, counted));
    const isSure = (upgrade: Upgrade) => counted && isProven(upgrade);
    return close.filter((upgrade) => due.has(upgrade) || (!isSure(upgrade) && watched.isOverdue(upgrade)));
  }

  /** Those that have proven their upgrade and would have shown a change stay as they are: nobody has to ask about them. */
  async function confirmStable(close: readonly Upgrade[], asked: number): Promise<void> {
    const stable = close.filter(
      (upgrade) => isProven(upgrade) && counts.has(upgrade.agent.id) && watched.isOverdue(upgrade),
    );
    const seen = new Map(stable.flatMap(({ agent, last }) => (last ? [[agent.id, last] as const] : [])));
    if (seen.size > 0) await ports.onSeen(seen, asked);
  }

  return {
    async round({ open, close, looking }, signal) {
      const result = { asked: 0, told: 0 };
      async function lookAt(upgrades: readonly Upgrade[]): Promise<void> {
        if (upgrades.length === 0) return;
        const { seen, asked } = await closeLooks.at(upgrades, close, signal);
        schedule.looked(upgrades);
        result.asked += upgrades.length;
        result.told += seen.size;
        for (const { id, agent } of upgrades) {
          const status = seen.get(agent.id)?.status;
          counts.looked(agent.id, status);
          // It may have been put off during the look.
          if (status && !projections.upgrade(id)?.postponed) detector.inFlight(agent.id, status);
        }
        await ports.onSeen(seen, asked);
      }
      const began = clock.monotonic();
      const isWatching = looking || close.length > 0;
      const isCountDue = isWatching && began - countedAt >= server.watch.fleet / COUNTS_PER_LIST;
      const held = close.filter(({ holdsSlot }) => holdsSlot).length;
      const { upgrading } = projections.server(server.name).external;
      const isFull = held + upgrading.size >= server.policy.slots;
      // Whether the counts have inactive agents in them is not documented.
      if (watchesInactive(server, projections)) {
        last = "unread";
        await lookAt(dueOf(close, false));
      } else if (held > 0 || isCountDue) {
        const due = () => dueOf(close, true);
        const hasLate = open.length > close.length;
        const waits = projections.openRollouts(server.name).some(({ plan }) => (plan.waiting ?? []).length > 0);
        last = await counts.round({ close, due, hasLate, waits, isFull }, lookAt, signal);
        countedAt = began;
        if (last === "unread") await lookAt(dueOf(close, false));
        else watched.reported(counts, began);
        if (last === "quiet" || last === "changed") await confirmStable(close, began);
        if (last === "quiet") detector.unchanged(began);
      } else if (!isWatching) last = "unread";
      return { counted: last, told: result.asked === 0 || result.told > 0 };
    },
    begins: counts.begins,
    listed(agents) {
      closeLooks.listed(agents);
      counts.listed(agents);
    },
  };
}

/** It was seen upgraded, and nothing else was seen since. */
function isProven({ outcome, last, downSince, oldSince }: Upgrade): boolean {
  return outcome?.kind === "verified" && last !== undefined && downSince === undefined && oldSince === undefined;
}
