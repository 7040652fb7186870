import { type Agent, isConnected } from "../core/agent.ts";
import type { AgentRef } from "../core/agent-ref.ts";
import { cause } from "../core/cause.ts";
import type { Clock, Log } from "../core/ports.ts";
import { versionEvents } from "../features/rollout/decide-server-version.ts";
import { isAway, ServerError, saysNothing } from "../model/deploy-server.ts";
import { isUnderWay } from "../model/rollout/rollout.ts";
import type { Observation, Upgrade } from "../model/upgrade/upgrade.ts";
import { onUpgrade, type Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { ExternalUpgradeDetector } from "./external-upgrade-detector.ts";
import { createGoneAgents } from "./gone-agents.ts";
import { listWatched } from "./list-watched.ts";
import { createOutage } from "./outage.ts";
import { quarantinedOn } from "./quarantined.ts";
import { createWatchedUpgrades, isClose, LATE_FACTOR } from "./watched-upgrades.ts";

/** How much rarer the server's own version is read than the list while it answers. */
const VERSION_FACTOR = 10;

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
    readonly onTrouble: (error: ServerError) => void;
    /** The whole list has been read. */
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
  let versionAt = Number.NEGATIVE_INFINITY;
  const outage = createOutage(server, { projections, clock });
  const watched = createWatchedUpgrades(server, { projections, clock });

  /** @param asked when Drydock asked (monotonic): an answer that came late shows no more than what was true then. */
  async function look(seen: ReadonlyMap<string, Observation>, asked: number): Promise<void> {
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
      projections.openUpgrades(server.name).flatMap((upgrade) => {
        const events = watched.due(upgrade);
        return events.length > 0 ? [onUpgrade(upgrade.id, events)] : [];
      }),
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
          seen.set(agent.id, toObservation(await server.urbancode.info(agent.id, stopping.signal)));
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
    log.warn({ server: server.name, agent, reason: error.message }, "the server does not tell of an agent in flight");
  }

  async function round(): Promise<void> {
    const began = clock.monotonic();
    const open = projections.openUpgrades(server.name);
    const close = open.filter(isClose);
    const running = projections.openRollouts(server.name).some(isUnderWay);
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
      await look(new Map(agents.map((agent) => [agent.id, toObservation(agent)])), asked);
      if (looking) await detector.whole(agents, stopping.signal);
      if (running) await lookAtVersion();
      await ports.onList?.(agents);
    }
    if (!ready) log.info({ server: server.name }, "the server answers again");
    ready = true;
    watched.answered(began);
    await outage.over();
  }

  /** A server that was upgraded in the middle was away, or it is noticed now and then. */
  async function lookAtVersion(): Promise<void> {
    if (ready && clock.monotonic() - versionAt < server.watch.fleet * VERSION_FACTOR) return;
    const version = await server.urbancode.version(stopping.signal).catch(undefinedUnlessAway);
    versionAt = clock.monotonic();
    await projections.change(() =>
      projections.openRollouts(server.name).flatMap((rollout) => {
        const events = versionEvents(rollout, server.policy, version, clock.now());
        return events.length > 0 ? [{ stream: `rollout.${rollout.id}`, actor: "drydock", events }] : [];
      }),
    );
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

/** A front page that is not for us says nothing; a server that is away is another matter. */
function undefinedUnlessAway(error: unknown): undefined {
  const away = !(error instanceof ServerError) || saysNothing(error);
  if (away) throw error;
  return undefined;
}

function toObservation(agent: Agent): Observation {
  return { status: agent.status, version: agent.version ?? null };
}
