import { type Agent, type AgentStatus, isConnected } from "../core/agent.ts";
import { cause } from "../core/cause.ts";
import type { Clock, Log } from "../core/ports.ts";
import { needsPerson } from "../core/server-trouble.ts";
import { versionEvents } from "../features/rollout/decide-due-rollouts.ts";
import { ServerError, saysNothing } from "../model/deploy-server.ts";
import { type Observation, observationOf } from "../model/upgrade/upgrade.ts";
import { onUpgrade } from "../projections/change.ts";
import type { Projections } from "../projections/projections.ts";
import { rolloutsUnderWay } from "../projections/rollout-progress.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { todayOn } from "../servers/today-on.ts";
import type { ExternalUpgradeDetector } from "./external-upgrade-detector.ts";
import { createInFlightLooks } from "./in-flight-looks.ts";
import { createListSchedule } from "./list-schedule.ts";
import { listWatched } from "./list-watched.ts";
import { createOutage } from "./outage.ts";
import { cutOffOn } from "./quarantined.ts";
import { createWatchedUpgrades, isClose } from "./watched-upgrades.ts";

/** Counts of statuses are one small request. Read so often, in ms, they free a slot within 3 s of its agent's return. */
const COUNTS_PAUSE = 2_900;
/** How much rarer the server's own version is read than the list while it answers. */
const VERSION_FACTOR = 10;

export interface Poller {
  /** Whether the server answered when it was last asked. */
  answers(): boolean;
  /** What came in place of answers, in a sentence, while that stays until a person acts. */
  strange(): string | undefined;
  /** Somebody else got no answer. */
  trouble(error: ServerError): void;
  /** Rounds of looking that were completed since the start. */
  rounds(): number;
  /** The agent was in this status just before Drydock asked for its upgrade. */
  begins(agentId: string, status: AgentStatus): void;
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
    /** Whether an agent that is waited for is back and well, or not listed: the list shows if that lasts. Left out = never. */
    readonly isUndecided?: () => boolean;
    /** While a rollout is under way, as often as agents in flight are read where nothing is counted. */
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
  let isCounted = false;
  let roundAt = Number.NEGATIVE_INFINITY;
  let versionAt = Number.NEGATIVE_INFINITY;
  const outage = createOutage(server, { projections, clock });
  const watched = createWatchedUpgrades(server, { projections, clock });
  const inFlight = createInFlightLooks(server, { projections, clock, log, detector, watched, onSeen: look });
  const lists = createListSchedule(server, ports);

  /** @param asked when Drydock asked (monotonic): an answer that came late shows no more than what was true then. */
  async function look(seen: ReadonlyMap<string, Observation>, asked: number): Promise<void> {
    ports.onProgress?.();
    watched.reported(seen, asked);
    await projections.change(() => {
      const isCutOff = cutOffOn(projections, server.name);
      return projections.openUpgrades(server.name).flatMap((upgrade) => {
        const observation = seen.get(upgrade.agent.id);
        // That an agent is away while a person upgrades its relay says nothing about its own upgrade.
        if (!observation || (!isConnected(observation.status) && isCutOff(upgrade.agent))) return [];
        const events = watched.observed(upgrade, observation, asked);
        return events.length > 0 ? [onUpgrade(upgrade.id, events)] : [];
      });
    });
  }

  /** The server itself may have been upgraded: it was away then, or it is noticed now and then. */
  async function lookAtVersion(): Promise<void> {
    const version = await server.urbancode.version(stopping.signal).catch(undefinedUnlessAway);
    versionAt = clock.monotonic();
    await projections.change(() => {
      const today = todayOn(server, ports);
      return projections.openRollouts(server.name).map((rollout) => {
        const events = versionEvents(rollout, today, version);
        return { stream: `rollout.${rollout.id}`, actor: "drydock", events };
      });
    });
  }

  async function processDeadlines(): Promise<void> {
    await projections.change(() =>
      projections.openUpgrades(server.name).map((upgrade) => onUpgrade(upgrade.id, watched.due(upgrade))),
    );
  }

  async function round(): Promise<void> {
    const began = clock.monotonic();
    const open = projections.openUpgrades(server.name);
    const close = open.filter(isClose);
    const running = rolloutsUnderWay(projections, server.name).length > 0;
    const looking = running || (ports.looksAnyway?.() ?? false);
    const { counted, told } = await inFlight.round({ open, close, looking }, stopping.signal);
    isCounted = counted !== "unread";
    if (running && began - roundAt >= server.watch.inFlight) {
      roundAt = began;
      ports.onRound();
    }
    if (lists.isDue({ open, close, looking, counted }) || !ready || !told) {
      const asked = clock.monotonic();
      const agents = await listWatched(server, projections, stopping.signal);
      lists.read(agents);
      inFlight.listed(agents);
      await look(new Map(agents.map((agent) => [agent.id, observationOf(agent)])), asked);
      if (looking) await detector.whole(agents, stopping.signal);
      await ports.onList?.(agents);
    }
    const isVersionDue = !ready || clock.monotonic() - versionAt >= server.watch.fleet * VERSION_FACTOR;
    if (running && isVersionDue) await lookAtVersion();
    if (!ready) log.info({ server: server.name }, "the server answers again");
    ready = true;
    watched.answered(began);
    await outage.over();
  }

  function trouble(error: ServerError): void {
    if (stopping.signal.aborted) return;
    const isNew = ready || lost?.fault !== error.fault || needsPerson(lost.trouble) !== needsPerson(error.trouble);
    if (isNew) lost = error;
    if (isNew)
      log.warn(
        { server: server.name, reason: error.message },
        "the server gives no usable answer. No upgrade begins until it does",
      );
    ready = false;
    detector.blind();
    outage.trouble(cause("server-trouble", error.trouble));
  }

  function pause(): number {
    return isCounted ? Math.min(COUNTS_PAUSE, server.watch.inFlight) : server.watch.inFlight;
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
    if (!stopping.signal.aborted) cancel = clock.after(pause(), () => void tick());
  }

  void tick();
  return {
    answers: () => ready,
    strange: () => (!ready && lost && needsPerson(lost.trouble) ? lost.message : undefined),
    trouble,
    rounds: () => rounds,
    begins: inFlight.begins,
    stop() {
      stopping.abort();
      watched.stop();
      cancel();
    },
  };
}

/** A front page that is not for us says nothing; a server that is away is another matter. */
function undefinedUnlessAway(error: unknown): undefined {
  if (!(error instanceof ServerError) || saysNothing(error)) throw error;
  return undefined;
}
