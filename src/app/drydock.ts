import { inForce } from "../domain/gates/freeze.ts";
import { createClockJumps } from "./clock-jumps.ts";
import type { Answer, Command } from "./command.ts";
import { type CommandPorts, createCommandPorts } from "./conversation/command-ports.ts";
import { createCommandRouter } from "./conversation/command-router.ts";
import { createGracefulShutdown } from "./conversation/graceful-shutdown.ts";
import { createKeptWords } from "./conversation/kept-words.ts";
import { createReplyLog } from "./conversation/reply-log.ts";
import { createGates } from "./gates/gates.ts";
import { writePolicy } from "./gates/write-policy.ts";
import { logUnwritable } from "./log-unwritable.ts";
import type { ManagedServer, Servers } from "./managed-server.ts";
import { createApproverRoster } from "./people/approver-roster.ts";
import { type ChannelSettings, createPlaces } from "./people/channels.ts";
import { createIdentities, type PeopleSettings } from "./people/identity.ts";
import { createTokens } from "./people/tokens.ts";
import { createPlans } from "./plans/plans.ts";
import type {
  Channels,
  Clock,
  Engine,
  Ledger,
  Log,
  People,
  Presence,
  Random,
  Secrets,
  Thread,
  Usergroups,
} from "./ports.ts";
import { openProjections } from "./projections.ts";
import { authorizeOwner } from "./relays/authorize-owner.ts";
import { createRelayTurns } from "./relays/turns.ts";
import { lookBack } from "./reporting/away.ts";
import { createNotices } from "./reporting/notices.ts";
import { withPlainFallback } from "./reporting/plain-fallback.ts";
import { createReporter } from "./reporting/report.ts";
import { createDispatcher } from "./rollouts/dispatch.ts";
import { finishCompletedRollouts } from "./rollouts/finish-completed-rollouts.ts";
import { createPauseAges } from "./rollouts/pause-ages.ts";
import { createPendingStops } from "./rollouts/pending-stops.ts";
import { processDeadlines } from "./rollouts/process-deadlines.ts";
import { createRunner } from "./rollouts/run-upgrade.ts";
import { createWaitingRoom } from "./rollouts/waiting-room.ts";
import { createRelayNames } from "./servers/relay-names.ts";
import { createSameServers } from "./servers/same-servers.ts";
import { openServerMonitor, type ServerMonitor } from "./servers/server-monitor.ts";
import { withTimeout } from "./with-timeout.ts";

export interface DrydockPorts {
  readonly servers: Servers;
  readonly ledger: Ledger;
  readonly presence: Presence;
  /** Undefined where people cannot link tokens of their own. */
  readonly secrets: Secrets | undefined;
  readonly engine: Engine;
  readonly thread: Thread;
  readonly people: People;
  readonly channels: Channels;
  readonly usergroups: Usergroups;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface DrydockSettings {
  readonly word: string;
  readonly people: PeopleSettings;
  readonly channels: ChannelSettings;
  readonly commands: readonly Command<CommandPorts>[];
}

export interface Drydock {
  readonly answer: Answer;
  /** How many servers there are, and how many of them answer. */
  health(): { readonly servers: number; readonly answering: number };
  /** Begins nothing more, and waits a few seconds for what is being written and answered. */
  stop(): Promise<void>;
}

/** Events come in bursts: what follows from them is worked out once, this many ms after the first. */
const PULSE = 20;
/** How long a stop waits for what is under way, in ms. */
const TIMEOUT = 3_500;

/** Picks up where the ledger says things stand, and keeps them going. */
export async function openDrydock(ports: DrydockPorts, settings: DrydockSettings): Promise<Drydock> {
  const { servers, ledger, presence, secrets, engine, people, channels, usergroups, clock, random } = ports;
  const { log, look: lookAtLedger } = logUnwritable(ports.log);
  const thread = withPlainFallback(ports.thread, log);
  const projections = await openProjections(ledger, { clock, random });
  const away = await lookBack({ projections, presence, clock });
  const pauses = createPauseAges({ projections, clock });
  const clockJumps = createClockJumps({ projections, servers: [...servers.keys()], clock, log });
  const identities = createIdentities({ people, projections, settings: settings.people });
  const tokens = createTokens({ projections, servers, secrets, people, thread, clock, log, word: settings.word });
  const plans = createPlans({ projections, identities, tokens, clock });
  await tokens.settle();
  const places = createPlaces({ channels, settings: settings.channels });
  const keptWords = createKeptWords({ commands: settings.commands, servers: [...servers.keys()] });
  const replyLog = createReplyLog({ projections, clock, log, keptWords });
  const pendingStops = createPendingStops(projections);
  const monitors = new Map<string, ServerMonitor>();
  /** Nobody is answered before every server has its own. */
  const monitorOf = (server: ManagedServer): ServerMonitor => {
    const monitor = monitors.get(server.name);
    if (!monitor) throw new Error(`${server.name} is not looked after yet.`);
    return monitor;
  };
  const openSlots = (server: ManagedServer) => monitorOf(server).openSlots();
  const waitingRoom = createWaitingRoom({ projections, clock });
  const relayTurns = createRelayTurns({
    projections,
    clock,
    log,
    mayBegin: (server) => !stopped && projections.unwritable === undefined && mayBegin(server),
    hasPendingStop: pendingStops.holds,
    busyAgents: (server) => monitorOf(server).deployments.busyAgents(),
    authorizeOwner: (server, rollout, behind, signal) =>
      authorizeOwner(server, rollout, behind, { identities, tokens, signal }),
  });
  const dispatcher = createDispatcher({
    projections,
    engine,
    clock,
    openSlots,
    hasPendingStop: pendingStops.holds,
    isBusy: (server, id) => monitorOf(server).deployments.holds(id),
  });
  const sameServers = createSameServers({ servers, clock, log, onReady: () => pulse() });
  const relayNames = createRelayNames({ clock });
  const roster = createApproverRoster({ servers, identities, clock });
  const reporter = createReporter({
    projections,
    thread,
    clock,
    log,
    operationsChannel: settings.channels.operationsChannel?.id,
    word: settings.word,
    places,
    serverOf: (rollout) => {
      const server = servers.get(rollout.plan.server);
      const monitor = server && monitorOf(server);
      if (!monitor) return undefined;
      return {
        server: roster.shown(server),
        ready: monitor.answers(),
        strange: monitor.strange(),
        blocked: monitor.blocked(),
        slots: monitor.slots(),
        busy: monitor.deployments.waitingFor(rollout.id),
        waits: proceeder.waitsFor(rollout.id),
      };
    },
    lookAtApprovers: roster.look,
    relayNames,
    away,
    lookedAround: (server) => (monitors.get(server)?.rounds() ?? 0) > 0,
  });
  const notices = createNotices({
    projections,
    thread,
    clock,
    log,
    places,
    channel: settings.channels.operationsChannel?.id,
  });
  const { proceeder, ...gates } = createGates({
    projections,
    servers,
    plans,
    places,
    identities,
    tokens,
    people,
    usergroups,
    clock,
    log,
    settings: settings.people,
  });
  const commandPorts = createCommandPorts({
    projections,
    servers,
    identities,
    tokens,
    people: settings.people,
    plans,
    gates,
    pendingStops,
    thread,
    clock,
    random,
    log,
    waitsFor: proceeder.waitsFor,
    twin: sameServers.twin,
    serverReady: (server) => monitorOf(server).answers(),
    slots: (server) => monitorOf(server).slots(),
  });

  let stopped = false;
  let work: Promise<void> = Promise.resolve();
  let cancelPulse: (() => void) | undefined;
  let cancelTick = () => {};

  function mayBegin(server: ManagedServer): boolean {
    const frozen = inForce(projections.claims(server.name).freeze, clock.now()) !== undefined;
    return !frozen && monitorOf(server).ready() && monitorOf(server).blocked() === undefined;
  }

  function pulse(): void {
    if (stopped || cancelPulse || monitors.size < servers.size) return;
    cancelPulse = clock.after(PULSE, () => {
      cancelPulse = undefined;
      work = work.then(step);
    });
  }

  async function step(): Promise<void> {
    try {
      await projections.check();
      if (projections.unwritable === undefined) await pendingStops.flush();
      for (const server of servers.values()) {
        await finishCompletedRollouts(projections, server);
        await processDeadlines(projections, server, { clock, pauses, relayNames });
        const ready = !stopped && monitorOf(server).ready();
        if (ready && sameServers.blocked(server) === undefined) proceeder.run(server);
        if (!stopped) void notices.run(server);
        if (!monitorOf(server).answers()) await relayTurns.blind(server);
        if (!stopped && mayBegin(server)) await dispatcher.run(server);
      }
    } catch (error) {
      log.error({ error }, "a step failed; it is tried again at the next tick");
    }
    lookAtLedger(projections.unwritable);
    // Slack may be slow or away: nothing waits for it.
    for (const rollout of projections.rollouts.values())
      if (!stopped && reporter.concerns(rollout)) void reporter.report(rollout);
  }

  function hasTwin(id: string): boolean {
    const server = servers.get(projections.rollouts.get(id)?.plan.server ?? "");
    return server !== undefined && sameServers.blocked(server) !== undefined;
  }

  const runner = createRunner({
    projections,
    servers,
    identities,
    tokens,
    clock,
    log,
    onServerTrouble: (server, error, requested) => monitorOf(server).trouble(error, requested),
    hasPendingStop: (id) => pendingStops.holds(id) || hasTwin(id),
    isExternal: (server, agent) => monitorOf(server).isExternal(agent),
    lookAtDeployments: (server, id, agent) => monitorOf(server).deployments.look(id, agent),
  });
  await engine.start(async (id, signal) => {
    try {
      await runner(id, signal);
    } finally {
      dispatcher.returned(id);
      pulse();
    }
  });
  for (const server of servers.values()) {
    await writePolicy(projections, server);
    await resume(server);
  }
  const ignore = projections.onChange((events) => {
    reporter.follow(events);
    pulse();
  });
  const tick = Math.min(...[...servers.values()].map((server) => server.watch.tick), 5_000);
  function onTick(): void {
    pulse();
    void clockJumps.look();
    void presence.alive(clock.now());
    void replyLog.flush(false);
    void tokens.sweep();
    cancelTick = clock.after(tick, onTick);
  }
  onTick();

  /** What has been intended goes first, whatever the limit: it may be in flight already. */
  async function resume(server: ManagedServer): Promise<void> {
    const inFlight = projections.openUpgrades(server.name).filter((upgrade) => upgrade.holdsSlot);
    await engine.submit(
      server.name,
      inFlight.map((upgrade) => upgrade.id),
    );
    if (inFlight.length > 0)
      log.info({ server: server.name, upgrades: inFlight.length }, "picked up upgrades that were in flight");
    monitors.set(
      server.name,
      openServerMonitor(server, { projections, clock, log, waitingRoom, relayTurns, sameServers, onReady: pulse }),
    );
  }

  const answer = createCommandRouter({
    commands: settings.commands,
    commandPorts,
    identities,
    word: settings.word,
    replyLog,
    log,
    clock,
    random,
  });
  const shutdown = createGracefulShutdown(answer, {
    clock,
    cutOff: (call, shown) => replyLog.write(call, [shown], false),
  });
  return {
    answer: shutdown.answer,
    health: () => ({
      servers: servers.size,
      answering: [...monitors.values()].filter((monitor) => monitor.answers()).length,
    }),
    async stop() {
      stopped = true;
      ignore();
      cancelTick();
      cancelPulse?.();
      for (const monitor of monitors.values()) monitor.stop();
      relayTurns.stop();
      sameServers.stop();
      pauses.stop();
      // A server that hangs keeps nobody: what was asked of it is in the ledger, and is watched after the next start.
      await Promise.all([
        withTimeout(clock, TIMEOUT, engine.close()),
        withTimeout(clock, TIMEOUT, proceeder.idle()),
        shutdown.close(TIMEOUT),
      ]);
      await withTimeout(clock, 1_000, work);
      await replyLog.flush(true);
      await tokens.close();
    },
  };
}
