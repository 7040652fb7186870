import { type Agent, type AgentStatus, isConnected } from "../core/agent.ts";
import type { Clock } from "../core/ports.ts";
import {
  concernsUpgrades,
  difference,
  isDepartureOf,
  isNews,
  isReturn,
  type StatusCounts,
  withMore,
  without,
} from "../model/server/status-counts.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { createCountsReading } from "./counts-reading.ts";
import { type LookSchedule, lookOneByOne } from "./look-schedule.ts";

/** Changes in a row that looks saw and the counts did not: then they are not believed. */
const MAX_STRIKES = 3;

/**
 * `unread`: the counts tell nothing. `quiet`: no agent changed but those in flight, each of which was looked at. `waiting`: agents went
 * offline, and Drydock finds out later which.
 */
export type Counted = "unread" | "quiet" | "waiting" | "changed";

/**
 * Reads how many agents the server has in each status, one small request, and looks only at those in flight that may have changed.
 * What no agent in flight explains is a change of other agents.
 */
export interface CountsWatch {
  /** One round. `look` looks at agents in flight. */
  round(
    now: {
      /** Those that are watched. */
      readonly close: readonly Upgrade[];
      /** Those whose turn it is anyway. */
      readonly due: () => readonly Upgrade[];
      /** Whether upgrades that failed may still show late changes. */
      readonly hasLate: boolean;
      /** Whether a rollout waits for agents that are offline. */
      readonly waits: boolean;
      /** Whether nothing can begin before an agent returns. */
      readonly isFull: boolean;
    },
    look: (upgrades: readonly Upgrade[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Counted>;
  /** Whether a change of this agent would show. */
  has(agentId: string): boolean;
  /** The agent was in this status just before Drydock asked for its upgrade. */
  begins(agentId: string, status: AgentStatus): void;
  /** It was looked at; the server may not have told. */
  looked(agentId: string, status: AgentStatus | undefined): void;
  /** The whole list was read. */
  listed(agents: readonly Agent[]): void;
}

export function createCountsWatch(
  server: ManagedServer,
  { clock, schedule }: { readonly clock: Clock; readonly schedule: Pick<LookSchedule, "likeliest"> },
): CountsWatch {
  const readings = createCountsReading(server, { clock });
  /** In flight, each in the status in which it was last seen. */
  const ours = new Map<string, AgentStatus>();
  const beginning = new Map<string, AgentStatus>();
  /** All the others, when it was last known which those are. */
  let others: StatusCounts | undefined;
  let isListWanted = true;
  let strikes = 0;
  /** Whether a look whose turn it was, or the list, saw a change in the round before. */
  let sawChange = false;
  /** Since when agents are offline that were not looked for (monotonic). */
  let departedSince: number | undefined;
  /** For how long, in ms: upgrades by others among them are still known within one interval of lists. */
  const maxDeparted = server.watch.fleet - server.watch.inFlight;

  function forget(): void {
    others = undefined;
    strikes = 0;
  }

  function keepOurs(close: readonly Upgrade[]): void {
    const ids = new Set(close.map(({ agent }) => agent.id));
    for (const id of ours.keys()) if (!ids.has(id)) leave(id);
    for (const id of ids) {
      const status = beginning.get(id);
      beginning.delete(id);
      if (status !== undefined && !ours.has(id)) join(id, status);
    }
  }

  function leave(id: string): void {
    const status = ours.get(id);
    if (status !== undefined) others = others && withMore(others, [status]);
    ours.delete(id);
  }

  function join(id: string, status: AgentStatus): void {
    ours.set(id, status);
    others = others && without(others, [status]);
  }

  /** The likeliest first. Who left comes before who is back: upgrades by others among them are known before a slot is free. */
  function candidates(close: readonly Upgrade[], moved: StatusCounts): Upgrade[] {
    const statusOf = ({ agent }: Upgrade) => ours.get(agent.id) ?? "unknown";
    const isFewer = (upgrade: Upgrade) => (moved.get(statusOf(upgrade)) ?? 0) < 0;
    const left = close.filter((upgrade) => isFewer(upgrade) && isConnected(statusOf(upgrade)));
    const away = close.filter((upgrade) => isReturn(moved) && !isConnected(statusOf(upgrade)));
    const rest = close.filter((upgrade) => upgrade.holdsSlot || isFewer(upgrade));
    return [...new Set([left, away, rest].flatMap((some) => schedule.likeliest(some)))];
  }

  /** Whether those that went offline are looked for later: to find several together takes fewer looks. */
  function canWait(close: readonly Upgrade[], moved: StatusCounts): boolean {
    const held = close.filter(({ holdsSlot }) => holdsSlot).flatMap(({ agent }) => ours.get(agent.id) ?? []);
    if (!isDepartureOf(withMore(new Map(), held), moved)) return false;
    departedSince ??= clock.monotonic();
    return clock.monotonic() - departedSince < maxDeparted;
  }

  function judge(explained: boolean): void {
    strikes = explained ? 0 : strikes + (sawChange ? 1 : 0);
    if (strikes < MAX_STRIKES) return;
    readings.pause();
    forget();
  }

  return {
    async round({ close, due, hasLate, waits, isFull }, look, signal) {
      const counts = await readings.read(signal);
      if (!counts) {
        forget();
        return "unread";
      }
      keepOurs(close);
      const dueNow = due();
      // Of the first counts nobody knows which agents they are about.
      const must = close.filter((upgrade) => !others || !ours.has(upgrade.agent.id) || dueNow.includes(upgrade));
      const before = new Map(ours);
      await look(must);
      const changed = must.some(({ agent: { id } }) => before.has(id) && before.get(id) !== ours.get(id));
      if (!others) {
        others = without(counts, ours.values());
        isListWanted = true;
        departedSince = undefined;
        return "changed";
      }
      const moved = () => difference(without(counts, ours.values()), others ?? counts);
      // A change that a look saw may be newer than the counts: the next ones show it.
      const isEarly = changed && !sawChange && isNews(moved());
      const isWaiting = !isEarly && isNews(moved()) && isFull && canWait(close, moved());
      if (!isEarly && !isWaiting && isNews(moved())) {
        await lookOneByOne(
          clock,
          () => candidates(close, moved()).filter((upgrade) => !must.includes(upgrade)),
          () => isNews(moved()),
          look,
        );
        const rest = moved();
        judge(!isNews(rest));
        if (isNews(rest)) {
          others = without(counts, ours.values());
          isListWanted ||= hasLate || concernsUpgrades(rest) || (waits && isReturn(rest));
        }
      }
      sawChange = changed;
      if (!isNews(moved())) departedSince = undefined;
      if (isListWanted || isEarly) return "changed";
      return isWaiting ? "waiting" : "quiet";
    },
    has: (agentId) => ours.has(agentId),
    begins: (agentId, status) => void beginning.set(agentId, status),
    looked(agentId, status) {
      if (status === undefined) leave(agentId);
      else if (ours.has(agentId)) ours.set(agentId, status);
      else join(agentId, status);
    },
    listed(agents) {
      const before = new Map(ours);
      for (const { id, status } of agents) if (ours.has(id)) ours.set(id, status);
      sawChange ||= [...before].some(([id, status]) => ours.get(id) !== status);
      isListWanted = false;
    },
  };
}
