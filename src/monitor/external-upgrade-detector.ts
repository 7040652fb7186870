import { type Agent, type AgentStatus, isConnected } from "../core/agent.ts";
import type { Clock } from "../core/ports.ts";
import { situationWith } from "../gates/agent-situation.ts";
import { skipped } from "../gates/follow.ts";
import { firstBlockedAt } from "../gates/index.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import { decideElsewhere, type FleetReading } from "../model/server/external-upgrades.ts";
import { upgradeId } from "../model/upgrade/upgrade.ts";
import { type Change, onUpgrade } from "../projections/change.ts";
import type { Projections } from "../projections/projections.ts";
import { rolloutsUnderWay } from "../projections/rollout-progress.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { ForgottenUpgrades } from "./forgotten-upgrades.ts";
import { createKnownSince, outsidersOf } from "./known-since.ts";
import { type LastLists, withList } from "./last-lists.ts";
import { cutOffOn } from "./quarantined.ts";
import { NO_RELAYS_DOWN, readRelaysDown } from "./relays-down.ts";

/** So many intervals of reading without one, and nobody can say what happened in between. */
const STALE = 3;

/** Compares each reading of a server's fleet with the one before, and writes down what somebody else upgrades there. */
export interface ExternalUpgradeDetector {
  /** Folds in the whole list. An empty one is as if nobody had looked. */
  whole(agents: readonly Agent[], signal: AbortSignal): Promise<void>;
  /** Folds in one agent that was read by itself. Whether it is, or may be, in somebody else's hands now. */
  one(agent: Agent): Promise<boolean>;
  /** It is shown that no agent has changed since the last list, but those in flight. @param asked when Drydock asked (monotonic). */
  unchanged(asked: number): void;
  /** An agent in flight was read by itself. */
  inFlight(agentId: string, status: AgentStatus): void;
  /** The server gave no answer: what happened meanwhile was not seen. */
  blind(): void;
  stop(): void;
}

export function createExternalUpgradeDetector(
  server: ManagedServer,
  ports: {
    readonly projections: Projections;
    readonly clock: Clock;
    /** Left out = the ledger lacks nothing. */
    readonly forgotten?: ForgottenUpgrades;
  },
): ExternalUpgradeDetector {
  const { projections, clock, forgotten } = ports;
  const known = createKnownSince(server.name, ports);
  let lists: LastLists = { statuses: new Map(), missed: new Set() };
  /** Monotonic, as all times here. */
  let readAt: number | undefined;
  /** When the server last gave no answer, unless all of it was read since. */
  let blindAt: number | undefined;

  /**
   * What agents were before. Where nobody has read them lately it is what they were then, and what plans have that began since; of
   * rollouts that have just begun, what their plans read a moment ago.
   */
  function base(now: number): { readonly before: ReadonlyMap<string, AgentStatus>; readonly gap: boolean } {
    const stale = STALE * server.watch.fleet;
    const rollouts = rolloutsUnderWay(projections, server.name);
    const startedAt = (rollout: Rollout) => known.started(rollout) ?? Number.NEGATIVE_INFINITY;
    // While no rollout was under way no one had to look: only trouble since one began is a gap.
    const isBlind = rollouts.some((rollout) => blindAt !== undefined && startedAt(rollout) <= blindAt);
    if (readAt !== undefined && now - readAt < stale) return { before: lists.statuses, gap: isBlind };
    const gap = isBlind || rollouts.some((rollout) => now - startedAt(rollout) >= stale);
    const planned = (some: readonly Rollout[]) =>
      some.flatMap((rollout) =>
        notTaken(projections, rollout).map(({ id, status }): [string, AgentStatus] => [id, status]),
      );
    if (!gap) return { before: new Map(planned(rollouts)), gap };
    const isNewer = (rollout: Rollout) => readAt === undefined || startedAt(rollout) > readAt;
    const older = rollouts.filter((rollout) => !isNewer(rollout));
    return { before: new Map([...planned(older), ...lists.statuses, ...planned(rollouts.filter(isNewer))]), gap };
  }

  /** What is dismissed, and was connected when a rollout was planned later: whoever drops then, drops anew. */
  function wereBack(): ReadonlySet<string> {
    const { acknowledged } = projections.server(server.name).external;
    const rollouts = acknowledged.size === 0 ? [] : rolloutsUnderWay(projections, server.name);
    const back = rollouts.flatMap((rollout) =>
      rollout.plan.agents.filter(({ id, status }) => {
        const outside = acknowledged.get(id);
        return outside && isConnected(status) && known.isLater(rollout, id, outside);
      }),
    );
    return new Set(back.map(({ id }) => id));
  }

  /** Agents that drop on our account: upgraded by us, or behind a relay that a person upgrades. */
  function oursNow(agents: FleetReading["agents"]): ReadonlySet<string> {
    const isCutOff = cutOffOn(projections, server.name);
    const behind = agents.filter(({ id, relayId }) => isCutOff({ id, relay: relayId })).map(({ id }) => id);
    // What the server has put off is not upgraded by us yet.
    const held = projections
      .openUpgrades(server.name)
      .flatMap(({ holdsSlot, postponed, agent }) => (holdsSlot && !postponed ? [agent.id] : []));
    return new Set([...held, ...behind]);
  }

  async function write(were: ReadonlyMap<string, AgentStatus>, reading: Omit<FleetReading, "ours">): Promise<void> {
    await projections.change(() => {
      const { external } = projections.server(server.name);
      const events = decideElsewhere(
        known.monotonic(external),
        were,
        { ...reading, ours: oursNow(reading.agents), wereBack: wereBack() },
        server.deadlines.notBack,
      );
      return [{ stream: `server.${server.name}`, actor: "drydock", events }];
    });
  }

  return {
    async whole(agents, signal) {
      const at = clock.monotonic();
      const earlier = base(at);
      const maybeOurs = forgotten?.before(agents) ?? new Map<string, AgentStatus>();
      const were = new Map([...earlier.before, ...maybeOurs]);
      const gap = earlier.gap || maybeOurs.size > 0;
      const isDown = ({ id, status }: Agent) => status === "offline" && were.get(id) !== undefined;
      const dropped = agents.filter((agent) => isDown(agent) && were.get(agent.id) !== "offline");
      const relays = dropped.length > 0 ? await readRelaysDown(server, { dropped, agents }, signal) : NO_RELAYS_DOWN;
      await write(were, { at, agents, missed: lists.missed, relaysDown: relays.down, gap: gap || relays.gap });
      if (agents.length === 0) {
        blindAt = at;
        return;
      }
      await takeAsDone(projections, server, agents);
      lists = withList(lists, agents, outsidersOf(projections.server(server.name).external).keys());
      readAt = at;
      blindAt = undefined;
      await forgotten?.looked();
    },
    async one(agent) {
      const { before: were, gap } = base(clock.monotonic());
      const relays = await readRelaysDown(server, { dropped: [agent], agents: [agent] });
      const reading = { at: clock.monotonic(), agents: [agent], relaysDown: relays.down };
      await write(were, { ...reading, gap: gap || relays.gap });
      const { upgrading, ambiguous } = projections.server(server.name).external;
      return upgrading.has(agent.id) || (ambiguous?.agents.has(agent.id) ?? false);
    },
    unchanged(asked) {
      if (readAt !== undefined) readAt = Math.max(readAt, asked);
    },
    inFlight(agentId, status) {
      if (lists.statuses.has(agentId)) lists.statuses.set(agentId, status);
    },
    blind() {
      blindAt = clock.monotonic();
    },
    stop: () => known.stop(),
  };
}

/** Agents that Drydock has not asked to upgrade, or whose request the server has put off. */
function notTaken(projections: Projections, { id, plan }: Rollout) {
  return plan.agents.filter((agent) => {
    const newest = projections.attempts(id, agent.id).at(-1);
    return !newest || newest.postponed;
  });
}

function notBegun(projections: Projections, { id, plan }: Rollout) {
  return plan.agents.filter((agent) => projections.attempts(id, agent.id).length === 0);
}

/** Planned agents that somebody else has upgraded before their turn count as done. */
async function takeAsDone(
  projections: Projections,
  { name: server, policy }: ManagedServer,
  agents: readonly Agent[],
): Promise<void> {
  const seen = new Map(agents.map((agent) => [agent.id, agent]));
  await projections.change(() =>
    rolloutsUnderWay(projections, server).flatMap((rollout) =>
      notBegun(projections, rollout).flatMap((planned): Change[] => {
        const listed = seen.get(planned.id);
        const situation = listed && situationWith({ agent: listed, now: 0, planned: planned.version });
        const blocked = situation && firstBlockedAt("list", "agent", situation, policy);
        if (!blocked) return [];
        const agent = { id: planned.id, name: planned.name, ...(planned.relay ? { relay: planned.relay } : {}) };
        const attempt = { rollout: rollout.id, server, agent, attempt: 1, from: listed?.version ?? null };
        return [onUpgrade(upgradeId(rollout.id, planned.id, 1), [skipped(attempt, blocked)])];
      }),
    ),
  );
}
