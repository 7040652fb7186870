import { type Agent, isConnected } from "../core/agent.ts";
import type { AgentRef } from "../core/agent-ref.ts";
import { cause } from "../core/cause.ts";
import type { Clock, Log } from "../core/ports.ts";
import { isAway, ServerError } from "../model/deploy-server.ts";
import { type Observation, observationOf, type Upgrade } from "../model/upgrade/upgrade.ts";
import { onUpgrade } from "../projections/change.ts";
import type { Projections } from "../projections/projections.ts";
import { rolloutsUnderWay } from "../projections/rollouts-under-way.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { ExternalUpgradeDetector } from "./external-upgrade-detector.ts";
import { createGoneAgents } from "./gone-agents.ts";
import { listWatched } from "./list-watched.ts";
import { createOutage } from "./outage.ts";
import { quarantinedOn } from "./quarantined.ts";
import { createVersionLook } from "./version-look.ts";
import { createWatchedUpgrades, isClose, LATE_FACTOR } from "./watched-upgrades.ts";

/** What is said besides that the server gives no usable answer. */
const STRANGE: ReadonlySet<ServerError["fault"]> = new Set(["not-the-api", "login-refused"]);

export interface Poller {
  /** Whether the server answered when it was last asked. */
  answers(): boolean;
  /** What came in place of answers, in a sentence, while the server does not simply give none. */
  strange(): string | undefined;
  /** Somebody else got no answer. */
  trouble(error: ServerError): void;
  /** Rounds of looking that were completed since the start. */
  rounds(): number;
  stop(): void;
}

/** The one poller of a server: looks at what is in flight, and now and then at all of it, and writes down what it means. */
export function openPoller(
  server: ManagedServer,
  ports: {
    readonly projections: Projections;
    readonly clock: Clock;
    readonly log: Log;
    readonly detector: ExternalUpgradeDetector;
    /** Whether the detector has to see the fleet though no rollout is under way. Left out = never. */
    readonly looksAnyway?: () => boolean;
    /** In each round while a rollout is under way. */
    readonly onRound: () => void;
    readonly onReady: () => void;
    readonly onProgress?: () => void;
    readonly onTrouble: (error: ServerError) => void;
    readonly onList?: (agents: readonly Agent[]) => Promise<void>;
  },
): Poller {
  const { projections, clock, log, detector } = ports;
  const stopping = new AbortController();
  let cancel = () => {};
  let ready = true;
  let lost: ServerError | undefined;
  let rounds = 0;
  let silent = new Set<string>();
  const gone = createGoneAgents();
  let listedAt = Number.NEGATIVE_INFINITY;
  const lookAtVersion = createVersionLook(server, { projections, clock });
  const outage = createOutage(server, { projections, clock });
  const watched = createWatchedUpgrades(server, { projections, clock });

  /** @param asked when Drydock asked (monotonic): an answer that came late shows no more than what was true then. */
  async function look(seen: ReadonlyMap<string, Observation>, asked: number): Promise<void> {
    ports.onProgress?.();
    watched.reported(seen, asked);
    await projections.change(() => {
      const isQuarantined = quarantinedOn(projections, server.name);
      return projections.openUpgrades(server.name).flatMap((upgrade) => {
        const observation = seen.get(upgrade.agent.id);
        // That an agent is away while its relay has its turn says nothing about its own upgrade.
        if (!observation || (!isConnected(observation.status) && isQuarantined(upgrade.agent))) return [];
        const events = watched.observed(upgrade, observation, asked);
        return events.length > 0 ? [onUpgrade(upgrade.id, events)] : [];
      });
    });
  }

  async function processDeadlines(): Promise<void> {
    await projections.change(() =>
      projections.openUpgrades(server.name).map((upgrade) => onUpgrade(upgrade.id, watched.due(upgrade))),
    );
  }

  /**
   * Whether the server told of any of them. Of one that it does not tell about, the list may: only a server that gives no answer
   * at all is in trouble.
   */
  async function lookClosely(upgrades: readonly Upgrade[]): Promise<boolean> {
    const asked = clock.monotonic();
    const seen = new Map<string, Observation>();
    silent = new Set([...silent].filter((id) => upgrades.some(({ agent }) => agent.id === id)));
    await Promise.all(
      upgrades.map(async ({ agent }) => {
        try {
          seen.set(agent.id, observationOf(await server.urbancode.info(agent.id, stopping.signal)));
          gone.looked(agent.id, true);
          silent.delete(agent.id);
        } catch (error) {
          if (!(error instanceof ServerError) || isAway(error)) throw error;
          if (error.fault === "not-found") seen.set(agent.id, missing(agent));
          else noteSilence(agent.id, error);
        }
      }),
    );
    await look(seen, asked);
    return upgrades.length === 0 || seen.size > 0;
  }

  function missing(agent: AgentRef): Observation {
    gone.looked(agent.id, false);
    const removed = gone.proof(agent);
    return { status: "gone", version: null, ...(removed ? { removed } : {}) };
  }

  /** Said once for each, until the server tells of it again. */
  function noteSilence(agent: string, error: ServerError): void {
    if (silent.has(agent)) return;
    silent.add(agent);
    log.warn({ server: server.name, agent, reason: error.message }, "the server does not report an agent in flight");
  }

  async function round(): Promise<void> {
    const began = clock.monotonic();
    const open = projections.openUpgrades(server.name);
    const close = open.filter(isClose);
    const running = rolloutsUnderWay(projections, server.name).length > 0;
    const looking = running || (ports.looksAnyway?.() ?? false);
    const told = await lookClosely(close);
    if (running) ports.onRound();
    const every = looking || close.length > 0 ? server.watch.fleet : server.watch.fleet * LATE_FACTOR;
    const pause = looking || open.length > 0 ? every : server.watch.idle;
    const listDue = pause !== null && clock.monotonic() - listedAt >= pause;
    if (listDue || !ready || !told) {
      const asked = clock.monotonic();
      const agents = await listWatched(server, projections, stopping.signal);
      listedAt = clock.monotonic();
      gone.listed(agents);
      await look(new Map(agents.map((agent) => [agent.id, observationOf(agent)])), asked);
      if (looking) await detector.whole(agents, stopping.signal);
      if (running) await lookAtVersion(!ready, stopping.signal);
      await ports.onList?.(agents);
    }
    if (!ready) log.info({ server: server.name }, "the server answers again");
    ready = true;
    watched.answered(began);
    await outage.over();
  }

  function trouble(error: ServerError): void {
    if (stopping.signal.aborted) return;
    const isNew = ready || lost?.fault !== error.fault;
    if (isNew) lost = error;
    if (isNew)
      log.warn(
        { server: server.name, reason: error.message },
        "the server gives no usable answer; nothing begins until it does",
      );
    ready = false;
    detector.blind();
    outage.trouble(cause("server-trouble", error.trouble));
  }

  async function tick(): Promise<void> {
    try {
      const before = ready && rounds > 0;
      await round();
      rounds += 1;
      if (!before) ports.onReady();
    } catch (error) {
      if (error instanceof ServerError) {
        trouble(error);
        if (!stopping.signal.aborted) ports.onTrouble(error);
      } else log.error({ server: server.name, error }, "a round of looking failed");
    }
    try {
      await processDeadlines();
      await outage.processDeadlines();
    } catch (error) {
      log.error({ server: server.name, error }, "what has come due could not be written down");
    }
    ports.onProgress?.();
    if (!stopping.signal.aborted) cancel = clock.after(server.watch.inFlight, () => void tick());
  }

  void tick();
  return {
    answers: () => ready,
    strange: () => (!ready && lost && STRANGE.has(lost.fault) ? lost.message : undefined),
    trouble,
    rounds: () => rounds,
    stop() {
      stopping.abort();
      watched.stop();
      cancel();
    },
  };
}
