import type { Agent, AgentStatus } from "../core/agent.ts";
import type { Clock } from "../core/ports.ts";
import { isAway, ServerError } from "../model/deploy-server.ts";
import {
  concernsUpgrades,
  difference,
  isNews,
  type StatusCounts,
  withMore,
  without,
} from "../model/server/status-counts.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { LookSchedule } from "./look-schedule.ts";

/** How long a server that does not report its counts is not asked for them again, in ms. */
const ASK_AGAIN = 10 * 60_000;
/** To find the one that changed, one more agent is looked at together for each of these ms that the look before took. */
const SLOW = 200;
/** Changes in a row that looks saw and the counts did not: then they are not believed. */
const MAX_STRIKES = 3;

/** `unread`: the counts tell nothing. `quiet`: no agent changed but those in flight, each of which was looked at. */
export type Counted = "unread" | "quiet" | "changed";

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
  /** In flight, each in the status in which it was last seen. */
  const ours = new Map<string, AgentStatus>();
  const beginning = new Map<string, AgentStatus>();
  /** All the others, when it was last known which those are. */
  let others: StatusCounts | undefined;
  let unreadUntil = Number.NEGATIVE_INFINITY;
  let isListWanted = true;
  let strikes = 0;
  /** Whether a look whose turn it was, or the list, saw a change in the round before. */
  let sawChange = false;

  /** Undefined where the server does not report them. */
  async function read(signal: AbortSignal): Promise<StatusCounts | undefined> {
    if (clock.monotonic() < unreadUntil) return undefined;
    let pause = ASK_AGAIN;
    try {
      const counts = await server.urbancode.statuses(signal);
      if (counts.size > 0) return counts;
    } catch (error) {
      if (!(error instanceof ServerError) || isAway(error)) throw error;
      // Not for long: it answers to nothing then.
      if (error.fault === "failing") pause = server.watch.fleet;
    }
    forget(pause);
    return undefined;
  }

  function forget(pause: number): void {
    unreadUntil = clock.monotonic() + pause;
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

  /** Those that left a status which has fewer agents now come first. */
  function candidates(close: readonly Upgrade[], moved: StatusCounts): Upgrade[] {
    const isFewer = ({ agent }: Upgrade) => (moved.get(ours.get(agent.id) ?? "unknown") ?? 0) < 0;
    const rest = close.filter((upgrade) => upgrade.holdsSlot && !isFewer(upgrade));
    return [...schedule.likeliest(close.filter(isFewer)), ...schedule.likeliest(rest)];
  }

  /** Looks at one after the other; at more together where the server takes its time. */
  async function search(
    among: Upgrade[],
    isMissing: () => boolean,
    look: (upgrades: readonly Upgrade[]) => Promise<void>,
  ): Promise<void> {
    let together = 1;
    while (isMissing() && among.length > 0) {
      const began = clock.monotonic();
      await look(among.splice(0, together));
      together = 1 + Math.floor((clock.monotonic() - began) / SLOW);
    }
  }

  function judge(explained: boolean): void {
    strikes = explained ? 0 : strikes + (sawChange ? 1 : 0);
    if (strikes >= MAX_STRIKES) forget(ASK_AGAIN);
  }

  return {
    async round({ close, due, hasLate }, look, signal) {
      const counts = await read(signal);
      if (!counts) return "unread";
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
        return "changed";
      }
      const moved = () => difference(without(counts, ours.values()), others ?? counts);
      // A change that a look saw may be newer than the counts: the next ones show it.
      const isEarly = changed && !sawChange && isNews(moved());
      if (!isEarly && isNews(moved())) {
        await search(
          candidates(close, moved()).filter((upgrade) => !must.includes(upgrade)),
          () => isNews(moved()),
          look,
        );
        const rest = moved();
        judge(!isNews(rest));
        if (isNews(rest)) {
          others = without(counts, ours.values());
          isListWanted ||= hasLate || concernsUpgrades(rest);
        }
      }
      sawChange = changed;
      return isListWanted || isEarly ? "changed" : "quiet";
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
