import { allProgress } from "./core/all-progress.ts";
import type { Clock, Engine, Log, People, Secrets, Usergroups } from "./core/ports.ts";
import { createPulse } from "./core/pulse.ts";
import { withTimeout } from "./core/with-timeout.ts";
import { blockedAt } from "./gates/index.ts";
import type { ServerSituation } from "./gates/server-situation.ts";
import type { StoredEvent } from "./model/events.ts";
import type { Presence } from "./model/ledger-port.ts";
import { createClockJumps } from "./monitor/clock-jumps.ts";
import { createDispatcher } from "./monitor/dispatcher.ts";
import { createRolloutDurations, finishCompletedRollouts } from "./monitor/finish-completed-rollouts.ts";
import { authorizeOwner } from "./monitor/owner-authorizations.ts";
import { createPauseAges, processDeadlines } from "./monitor/process-deadlines.ts";
import { createRunner } from "./monitor/runner.ts";
import { openServerMonitor } from "./monitor/server-monitor.ts";
import { createStatusPublisher } from "./monitor/status-publisher.ts";
import { createRelayTurns } from "./monitor/turns.ts";
import { createWaitingRoom } from "./monitor/waiting-room.ts";
import { createWatchedAgain } from "./monitor/watched-again.ts";
import { writePolicy } from "./monitor/write-policy.ts";
import { createAuthorize } from "./people/authorize.ts";
import { createIdentities, type PeopleSettings } from "./people/identity.ts";
import { createTokens } from "./people/tokens.ts";
import type { LedgerCheck } from "./projections/ledger-check.ts";
import type { LedgerWatch } from "./projections/ledger-watch.ts";
import type { Projections } from "./projections/projections.ts";
import { rolloutById } from "./projections/rollout-by-id.ts";
import type { ManagedServer } from "./servers/managed-server.ts";
import { createRelayNames } from "./servers/relay-names.ts";
import type { SameServers } from "./servers/same-servers.ts";
import { type ServerStatuses, situationOf } from "./servers/server-status.ts";

export interface MonitorPorts {
  readonly projections: Projections;
  readonly presence: Presence;
  readonly statuses: ServerStatuses;
  readonly engine: Engine;
  readonly people: People;
  readonly usergroups: Usergroups;
  /** Undefined where people cannot link tokens of their own. */
  readonly secrets: Secrets | undefined;
  readonly sameServers: SameServers;
  readonly ledgerWatch: Pick<LedgerWatch, "isWritableAgain">;
  readonly ledgerCheck: Pick<LedgerCheck, "isDone" | "onDone">;
  /** Called again and again while both the looking and the steps go on. */
  readonly onProgress?: () => void;
  /** Aborted at the end: nothing begins that has not begun by then. */
  readonly ending?: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
}

export interface MonitorSettings {
  readonly people: PeopleSettings;
  /** The slash word. */
  readonly word: string;
}

/** The longest time from one tick to the next, in ms. */
const MAX_TICK = 5_000;
/** How long a stop waits for what is under way, in ms. */
const TIMEOUT = 3_500;

/**
 * The side that watches one server and triggers its upgrades. It follows the ledger and writes what it sees into it; what is not worth
 * keeping it publishes as the server's status. It calls nobody and nobody calls it.
 */
export async function startMonitor(
  server: ManagedServer,
  ports: MonitorPorts,
  settings: MonitorSettings,
): Promise<{ stop(): Promise<void> }> {
  const { projections, presence, statuses, engine, people, sameServers, ledgerWatch, ledgerCheck, clock, log } = ports;
  const servers = new Map([[server.name, server]]);
  const watchedAgain = await createWatchedAgain(server, ports);
  await writePolicy(projections, server);
  ports.ending?.throwIfAborted();
  const pauses = createPauseAges(ports);
  const durations = createRolloutDurations(ports);
  const clockJumps = createClockJumps({ ...ports, servers: [server.name] });
  const identities = createIdentities({ people, projections, settings: settings.people });
  const tokens = createTokens({ ...ports, servers, word: settings.word });
  const authorize = createAuthorize({ ...ports, identities, tokens });
  const relayNames = createRelayNames({ clock });
  const pulse = createPulse(step, { clock, tick: Math.min(server.watch.tick, MAX_TICK), onTick });
  const went = allProgress(["looking", "steps"], () => ports.onProgress?.());
  let stopped = false;

  const relayTurns = createRelayTurns({
    ...ports,
    situation,
    busyAgents: () => monitor.deployments.busyAgents(),
    authorizeOwner: (server, rollout, behind, signal) => authorizeOwner(server, rollout, behind, { authorize, signal }),
  });
  const monitor = openServerMonitor(server, {
    ...ports,
    waitingRoom: createWaitingRoom(ports),
    relayTurns,
    onReady: pulse.beat,
    onProgress: () => went("looking"),
  });
  const dispatcher = createDispatcher({
    projections,
    engine,
    clock,
    log,
    openSlots: () => monitor.openSlots(),
    knownRelays: monitor.knownRelays,
    deploymentSeen: (_server, id) => monitor.deployments.seenOn(id),
  });
  const runner = createRunner({
    ...{ projections, servers, authorize, clock, log },
    onServerTrouble: (_server, error, requested) => monitor.trouble(error, requested),
    situation,
    knownRelays: monitor.knownRelays,
    holdRoom: (id) => monitor.holdRoom(id),
    onIntended: (agentId, status) => monitor.begins(agentId, status),
    isExternal: (_server, agent) => monitor.isExternal(agent),
    deploymentOn: (_server, id, agent) => monitor.deployments.readOn(id, agent),
  });
  const publisher = createStatusPublisher(() => monitor.status(), { statuses, clock });

  function situation(): ServerSituation {
    return { ...situationOf(server, monitor.status(), ports), writableAgain: ledgerWatch.isWritableAgain() };
  }

  async function step(): Promise<void> {
    try {
      if (monitor.rounds() > 0) await watchedAgain.lookedAround();
      await finishCompletedRollouts(projections, server, durations);
      await processDeadlines(projections, server, { clock, pauses, relayNames });
      if (!monitor.answers()) await relayTurns.blind(server);
      const blocked = blockedAt("dispatch", "server", situation(), server.policy);
      if (!stopped && blocked.length === 0) await dispatcher.run(server);
    } catch (error) {
      log.error({ server: server.name, error }, "a step failed. It is tried again at the next tick");
    }
    if (!stopped) publisher.look();
    went("steps");
  }

  /** What holds a slot, by its id: each of them has a run. */
  const holding = () => projections.openUpgrades(server.name).flatMap(({ id, holdsSlot }) => (holdsSlot ? [id] : []));

  function onTick(): void {
    void clockJumps.look();
    void presence.alive(clock.now());
    // A write that fails ends the attempt's run, and nothing else asks again for what the server has put off.
    if (projections.unwritable === undefined) void engine.submit(server.name, holding());
  }

  await engine.start(runner, (id) => {
    dispatcher.returned(id);
    pulse.beat();
  });
  // What has been intended goes first, whatever the limit: it may be in flight already.
  const inFlight = holding();
  if (inFlight.length > 0)
    log.info({ server: server.name, upgrades: inFlight.length }, "picked up upgrades that were in flight");
  await engine.submit(server.name, inFlight);
  const ends = [
    projections.onChange((events) => {
      if (events.some((event) => isAbout(server, projections, event))) pulse.beat();
    }),
    sameServers.onCompared(pulse.beat),
    ledgerCheck.onDone(pulse.beat),
  ];

  return {
    async stop() {
      stopped = true;
      for (const end of ends) end();
      const lastStep = pulse.stop();
      for (const part of [monitor, relayTurns, pauses, durations, publisher]) part.stop();
      // A server that hangs keeps nobody: what was asked of it is in the ledger, and is watched after the next start.
      await withTimeout(clock, TIMEOUT, engine.close());
      await withTimeout(clock, 1_000, lastStep);
      await tokens.close();
    },
  };
}

/** What is written about other servers, about people and about messages in Slack lets nothing begin on this one. */
function isAbout({ name }: ManagedServer, projections: Projections, { stream, type }: StoredEvent): boolean {
  if (type.startsWith("message.")) return false;
  const dot = stream.indexOf(".");
  const id = stream.slice(dot + 1);
  switch (stream.slice(0, dot)) {
    case "server":
      return id === name;
    case "rollout":
      return rolloutById(projections, id)?.plan.server === name;
    case "upgrade":
      return projections.upgrade(id)?.server === name;
    default:
      return false;
  }
}
