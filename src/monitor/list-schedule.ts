import type { Agent } from "../core/agent.ts";
import type { Clock } from "../core/ports.ts";
import { leftRelays } from "../model/relay/decide-turn.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { Counted } from "./counts-watch.ts";
import { LATE_FACTOR } from "./watched-upgrades.ts";

/** How much rarer the whole list is read while the counts of statuses show that no other agent changes. */
const QUIET_FACTOR = 60;
/** The same for each agent of the list, in ms: the larger it is, the rarer it is read. */
const QUIET_PER_AGENT = 600;
/** When the whole list is read. */
export interface ListSchedule {
  isDue(now: {
    readonly open: readonly Upgrade[];
    readonly close: readonly Upgrade[];
    /** Whether others' upgrades matter. */
    readonly looking: boolean;
    /** What the counts of statuses showed. */
    readonly counted: Counted;
  }): boolean;
  read(agents: readonly Agent[]): void;
}

export function createListSchedule(
  server: ManagedServer,
  ports: {
    readonly projections: Projections;
    readonly clock: Clock;
    /** Whether the detector has to see the fleet though no rollout is under way. Left out = never. */
    readonly looksAnyway?: () => boolean;
    /** Whether an agent that is waited for is back and well, or not listed: the list shows if that lasts. Left out = never. */
    readonly isUndecided?: () => boolean;
  },
): ListSchedule {
  const { projections, clock, looksAnyway = () => false, isUndecided = () => false } = ports;
  const { name, watch } = server;
  let listedAt = Number.NEGATIVE_INFINITY;
  let size = 0;

  /** Whether something goes on that only the list shows. */
  function needsList(open: readonly Upgrade[]): boolean {
    const { upgrading, ambiguous } = projections.server(name).external;
    return (
      looksAnyway() ||
      isUndecided() ||
      upgrading.size > 0 ||
      ambiguous !== undefined ||
      projections.openRollouts(name).some(watchesRelays) ||
      open.some(({ last }) => last?.status === "gone")
    );
  }

  function pauseOf({ open, close, looking, counted }: Parameters<ListSchedule["isDue"]>[0]): number | null {
    if (!looking && open.length === 0) return watch.idle;
    const every = looking || close.length > 0 ? watch.fleet : watch.fleet * LATE_FACTOR;
    if (counted === "unread" || counted === "changed" || needsList(open)) return every;
    return Math.max(every * QUIET_FACTOR, size * QUIET_PER_AGENT);
  }

  return {
    isDue(now) {
      const pause = pauseOf(now);
      return pause !== null && clock.monotonic() - listedAt >= pause;
    },
    read(agents) {
      listedAt = clock.monotonic();
      size = agents.length;
    },
  };
}

/** A relay has its turn, or the next one gets its own as soon as the list was read. */
function watchesRelays(rollout: Rollout): boolean {
  if (!rollout.plan.relays) return false;
  return rollout.relayWork.turn !== undefined || (rollout.status === "running" && leftRelays(rollout).length > 0);
}
