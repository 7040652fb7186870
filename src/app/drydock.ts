import { inForce } from "../domain/gates/freeze.ts";
import type { Rollout } from "../domain/rollouts/rollout.ts";
import { createAnswer } from "./asking/answer.ts";
import { createClosing } from "./asking/closing.ts";
import { createTold } from "./asking/told.ts";
import { openBoard } from "./board.ts";
import { createClockJumps } from "./clock-jumps.ts";
import type { Answer, Command } from "./command.ts";
import { createGates } from "./gates/gates.ts";
import { writePolicy } from "./gates/write-policy.ts";
import { logUnwritable } from "./log-unwritable.ts";
import { type ChannelSettings, createPlaces } from "./people/channels.ts";
import { createIdentities, type PeopleSettings } from "./people/identity.ts";
import { createTokens } from "./people/tokens.ts";
import { createDrafts } from "./plans/drafts.ts";
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
import { createRelayTurns } from "./relays/turns.ts";
import { vouchForOwner } from "./relays/vouch.ts";
import { lookBack } from "./reporting/away.ts";
import { createNotices } from "./reporting/notices.ts";
import { createReporter } from "./reporting/report.ts";
import { comeDue } from "./rollouts/come-due.ts";
import { createDispatcher } from "./rollouts/dispatch.ts";
import { createHalts } from "./rollouts/halts.ts";
import { createPauseAges } from "./rollouts/pause-ages.ts";
import { createRunner } from "./rollouts/run-upgrade.ts";
import { settle } from "./rollouts/settle.ts";
import { createWaitingRoom } from "./rollouts/waiting-room.ts";
import { createRelayNames } from "./servers/relay-names.ts";
import { type ServerSide, watchServer } from "./servers/server-side.ts";
import type { Services } from "./services.ts";
import type { Site, Sites } from "./site.ts";
import { within } from "./within.ts";

export interface DrydockPorts {
  readonly sites: Sites;
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
  readonly commands: readonly Command[];
}

export interface Drydock {
  readonly answer: Answer;
  /** How many servers there are, and how many of them answer. */
  health(): { readonly servers: number; readonly answering: number };
  /** Begins nothing more, and waits a few seconds for what is being written and answered. */
  stop(): Promise<void>;
}

/** Facts come in bursts: what follows from them is worked out once, this many ms after the first. */
const PULSE = 20;
/** How long a stop waits for what is under way, in ms. */
const PATIENCE = 3_500;

/** Picks up where the ledger says things stand, and keeps them going. */
export async function startDrydock(ports: DrydockPorts, settings: DrydockSettings): Promise<Drydock> {
  const { sites, ledger, presence, secrets, engine, thread, people, channels, usergroups, clock, random } = ports;
  const { log, look: lookAtLedger } = logUnwritable(ports.log);
  const board = await openBoard(ledger, { clock, random });
  const away = await lookBack({ board, presence, clock });
  const pauses = createPauseAges({ board, clock });
  const clockJumps = createClockJumps({ board, servers: [...sites.keys()], clock, log });
  const identities = createIdentities({ people, board, settings: settings.people });
  const tokens = createTokens({ board, sites, secrets, people, thread, clock, log, word: settings.word });
  const plans = createPlans({ board, identities, tokens, clock });
  await tokens.settle();
  const places = createPlaces({ channels, settings: settings.channels });
  const told = createTold({ board, clock, log });
  const halts = createHalts(board);
  const sides = new Map<string, ServerSide>();
  /** Nobody is answered before every server has its own. */
  const sideOf = (site: Site): ServerSide => {
    const side = sides.get(site.name);
    if (!side) throw new Error(`${site.name} is not looked after yet.`);
    return side;
  };
  const openSlots = (site: Site) => sideOf(site).openSlots();
  const waitingRoom = createWaitingRoom({ board, clock });
  const relayTurns = createRelayTurns({
    board,
    clock,
    log,
    mayBegin: (site) => !stopped && board.unwritable === undefined && mayBegin(site),
    isHalted: halts.holds,
    vouch: (site, rollout, behind, signal) => vouchForOwner(site, rollout, behind, { identities, tokens, signal }),
  });
  const dispatcher = createDispatcher({ board, engine, clock, openSlots, isHalted: halts.holds });
  const relayNames = createRelayNames({ clock });
  const reporter = createReporter({
    board,
    thread,
    clock,
    log,
    operationsChannel: settings.channels.operationsChannel?.id,
    word: settings.word,
    places,
    siteOf: (rollout) => {
      const site = sites.get(rollout.plan.server);
      const side = site && sideOf(site);
      return side && { site, ready: side.answers(), held: side.held(), slots: side.slots() };
    },
    relayNames,
    away,
    lookedAround: (server) => (sides.get(server)?.rounds() ?? 0) > 0,
  });
  const notices = createNotices({ board, thread, clock, log, channel: settings.channels.operationsChannel?.id });
  const { proceeder, ...gates } = createGates({
    board,
    sites,
    plans,
    places,
    identities,
    tokens,
    usergroups,
    clock,
    log,
    settings: settings.people,
  });
  const services: Services = {
    board,
    sites,
    identities,
    tokens,
    people: settings.people,
    plans,
    drafts: createDrafts({ clock, random }),
    ...gates,
    halts,
    clock,
    serverReady: (site) => sideOf(site).answers(),
    slots: (site) => sideOf(site).slots(),
    rolloutOfThread: (channel, ts) => [...board.rollouts.values()].find((rollout) => isCard(rollout, channel, ts)),
  };

  let stopped = false;
  let work: Promise<void> = Promise.resolve();
  let cancelPulse: (() => void) | undefined;
  let cancelTick = () => {};

  function mayBegin(site: Site): boolean {
    const frozen = inForce(board.claims(site.name).freeze, clock.now()) !== undefined;
    return !frozen && sideOf(site).ready() && sideOf(site).held() === undefined;
  }

  function pulse(): void {
    if (stopped || cancelPulse || sides.size < sites.size) return;
    cancelPulse = clock.after(PULSE, () => {
      cancelPulse = undefined;
      work = work.then(step);
    });
  }

  async function step(): Promise<void> {
    try {
      await board.check();
      if (board.unwritable === undefined) await halts.flush();
      for (const site of sites.values()) {
        await settle(board, site);
        await comeDue(board, site, { clock, pauses, relayNames });
        const ready = !stopped && sideOf(site).ready();
        if (ready) proceeder.run(site);
        if (!stopped) void notices.run(site);
        if (!sideOf(site).answers()) await relayTurns.blind(site);
        if (!stopped && mayBegin(site)) await dispatcher.run(site);
      }
    } catch (error) {
      log.error({ error }, "a step failed; it is tried again at the next tick");
    }
    lookAtLedger(board.unwritable);
    // Slack may be slow or away: nothing waits for it.
    for (const rollout of board.rollouts.values())
      if (!stopped && reporter.concerns(rollout)) void reporter.report(rollout);
  }

  const runner = createRunner({
    board,
    sites,
    identities,
    tokens,
    clock,
    log,
    onServerTrouble: (site, error, requested) => sideOf(site).trouble(error, requested),
    isHalted: halts.holds,
    isElsewhere: (site, agent) => sideOf(site).isElsewhere(agent),
  });
  await engine.start(async (id, signal) => {
    try {
      await runner(id, signal);
    } finally {
      dispatcher.returned(id);
      pulse();
    }
  });
  for (const site of sites.values()) {
    await writePolicy(board, site);
    await resume(site);
  }
  const ignore = board.onChange((events) => {
    reporter.follow(events);
    pulse();
  });
  const tick = Math.min(...[...sites.values()].map((site) => site.watch.tick), 5_000);
  function onTick(): void {
    pulse();
    void clockJumps.look();
    void presence.alive(clock.now());
    void told.flush(false);
    void tokens.sweep();
    cancelTick = clock.after(tick, onTick);
  }
  onTick();

  /** What has been intended goes first, whatever the limit: it may be in flight already. */
  async function resume(site: Site): Promise<void> {
    const held = board.openUpgrades(site.name).filter((upgrade) => upgrade.holdsSlot);
    await engine.submit(
      site.name,
      held.map((upgrade) => upgrade.id),
    );
    if (held.length > 0)
      log.info({ server: site.name, upgrades: held.length }, "picked up upgrades that were in flight");
    sides.set(site.name, watchServer(site, { board, clock, log, waitingRoom, relayTurns, onReady: pulse }));
  }

  const answer = createAnswer({ services, commands: settings.commands, word: settings.word, told, log, clock, random });
  const closing = createClosing(answer, { clock, cutOff: (call, shown) => told.write(call, [shown], false) });
  return {
    answer: closing.answer,
    health: () => ({ servers: sites.size, answering: [...sides.values()].filter((side) => side.answers()).length }),
    async stop() {
      stopped = true;
      ignore();
      cancelTick();
      cancelPulse?.();
      for (const side of sides.values()) side.stop();
      relayTurns.stop();
      pauses.stop();
      // A server that hangs keeps nobody: what was asked of it is in the ledger, and is watched after the next start.
      await Promise.all([
        within(clock, PATIENCE, engine.close()),
        within(clock, PATIENCE, proceeder.idle()),
        closing.close(PATIENCE),
      ]);
      await within(clock, 1_000, work);
      await told.flush(true);
      await tokens.close();
    },
  };
}

function isCard(rollout: Rollout, channel: string, ts: string): boolean {
  const card = rollout.posts.get("card");
  return card?.channel === channel && card.ts === ts;
}
