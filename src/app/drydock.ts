import type { Agent } from "../domain/agent.ts";
import { inForce } from "../domain/gates/freeze.ts";
import { openingWords } from "../domain/gates/windows.ts";
import type { Rollout } from "../domain/rollout.ts";
import { createAnswer } from "./answer.ts";
import { openBoard } from "./board.ts";
import { type ChannelSettings, createPlaces } from "./channels.ts";
import { createClosing } from "./closing.ts";
import { comeDue } from "./come-due.ts";
import type { Answer, Command } from "./command.ts";
import { createDispatcher } from "./dispatch.ts";
import { createDrafts } from "./drafts.ts";
import { createGates } from "./gates.ts";
import { createHalts } from "./halts.ts";
import { createIdentities, type PeopleSettings } from "./identity.ts";
import { createLookout } from "./lookout.ts";
import { createNotices } from "./notices.ts";
import { createPlans } from "./plans.ts";
import type {
  Channels,
  Clock,
  Engine,
  Ledger,
  Log,
  People,
  Random,
  Secrets,
  ServerError,
  Thread,
  Usergroups,
} from "./ports.ts";
import { createReporter } from "./report.ts";
import { createRunner } from "./run-upgrade.ts";
import type { Services } from "./services.ts";
import { settle } from "./settle.ts";
import type { Site, Sites } from "./site.ts";
import { createSlotGovernor } from "./slot-governor.ts";
import type { Slots } from "./slots.ts";
import { createTokens } from "./tokens.ts";
import { createTold } from "./told.ts";
import { doubtWords } from "./views/server-replies.ts";
import { createWaitingRoom } from "./waiting-room.ts";
import { startWatch, type Watch } from "./watch.ts";
import { within } from "./within.ts";
import { writePolicy } from "./write-policy.ts";

export interface DrydockPorts {
  readonly sites: Sites;
  readonly ledger: Ledger;
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
  const { sites, ledger, secrets, engine, thread, people, channels, usergroups, clock, random, log } = ports;
  const board = await openBoard(ledger, { clock, random });
  const until = clock.now();
  const away = {
    from: board.lastAt === 0 ? until : board.lastAt,
    until,
    lookedAround: (server: string) => (watches.get(server)?.rounds() ?? 0) > 0,
  };
  const identities = createIdentities({ people, board, settings: settings.people });
  const tokens = createTokens({ board, sites, secrets, people, thread, clock, log, word: settings.word });
  const plans = createPlans({ board, identities, tokens });
  await tokens.settle();
  const places = createPlaces({ channels, settings: settings.channels });
  const told = createTold({ board, clock, log });
  const halts = createHalts(board);
  const governors = new Map(
    [...sites.values()].map((site) => [site.name, createSlotGovernor(site, { board, clock, log })]),
  );
  const openSlots = (site: Site) => governors.get(site.name)?.open() ?? site.policy.slots;
  const waitingRoom = createWaitingRoom({ board, clock });
  const dispatcher = createDispatcher({ board, engine, clock, openSlots, isHalted: halts.holds });
  const lookouts = new Map([...sites.values()].map((site) => [site.name, createLookout(site, { board, clock })]));
  const watches = new Map<string, Watch>();
  const reporter = createReporter({
    board,
    thread,
    clock,
    log,
    operationsChannel: settings.channels.operationsChannel?.id,
    places,
    siteOf: (rollout) => {
      const site = sites.get(rollout.plan.server);
      const watch = site && watches.get(site.name);
      return site && { site, ready: watch?.answers() ?? false, held: heldOn(site), slots: slotsOf(site) };
    },
    away,
  });
  const notices = createNotices({ board, thread, log, channel: settings.channels.operationsChannel?.id });
  const { proceeder, ...gates } = createGates({
    board,
    sites,
    plans,
    places,
    identities,
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
    commands: settings.commands,
    serverReady: (site) => watches.get(site.name)?.answers() ?? false,
    slots: slotsOf,
    rolloutOfThread: (channel, ts) => [...board.rollouts.values()].find((rollout) => isCard(rollout, channel, ts)),
  };

  let stopped = false;
  let work: Promise<void> = Promise.resolve();
  let cancelPulse: (() => void) | undefined;
  let cancelTick = () => {};

  /** Why nothing begins on a server, though it answers. */
  function heldOn(site: Site): string | undefined {
    const opens = openingWords(site.policy.windows, clock.now());
    if (opens) return `Waits for a maintenance window of ${site.name}: the next opens ${opens}.`;
    if (board.unwritable) return `Waits: ${board.unwritable} Nothing begins that cannot be written down.`;
    return doubtWords(board.server(site.name).elsewhere, site.name) ?? watches.get(site.name)?.held();
  }

  function slotsOf(site: Site): Slots {
    const { upgrading } = board.server(site.name).elsewhere;
    const ours = board.openUpgrades(site.name).filter((upgrade) => upgrade.holdsSlot).length;
    return {
      ours,
      elsewhere: upgrading.size,
      open: openSlots(site),
      of: site.policy.slots,
      reason: governors.get(site.name)?.reason(),
    };
  }

  function isFrozen(site: Site): boolean {
    return inForce(board.claims(site.name).freeze, clock.now()) !== undefined;
  }

  function pulse(): void {
    if (stopped || cancelPulse) return;
    cancelPulse = clock.after(PULSE, () => {
      cancelPulse = undefined;
      work = work.then(step);
    });
  }

  async function step(): Promise<void> {
    try {
      await board.check();
      await halts.flush();
      for (const site of sites.values()) {
        await settle(board, site);
        await comeDue(board, site, clock);
        const ready = !stopped && watches.get(site.name)?.ready();
        if (ready) proceeder.run(site);
        if (!stopped) void notices.run(site);
        if (ready && !isFrozen(site) && heldOn(site) === undefined) await dispatcher.run(site);
      }
    } catch (error) {
      log.error({ error }, "a step failed; it is tried again at the next tick");
    }
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
    onServerTrouble: (site, error) => {
      watches.get(site.name)?.trouble(error);
      governors.get(site.name)?.failed(error);
    },
    isHalted: halts.holds,
    isElsewhere: async (site, agent) => (await lookouts.get(site.name)?.one(agent)) ?? false,
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
  const ignore = board.onChange(pulse);
  const tick = Math.min(...[...sites.values()].map((site) => site.watch.tick), 5_000);
  function onTick(): void {
    pulse();
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
    const lookout = lookouts.get(site.name) ?? createLookout(site, { board, clock });
    const onTrouble = (error: ServerError) => governors.get(site.name)?.failed(error);
    const onList = (agents: readonly Agent[]) => waitingRoom.look(site, agents);
    watches.set(site.name, startWatch(site, { board, clock, log, lookout, onReady: pulse, onTrouble, onList }));
  }

  const closing = createClosing(createAnswer({ services, word: settings.word, told, log, clock, random }), {
    clock,
    cutOff: (call, text) => told.write(call, [text], false),
  });
  return {
    answer: closing.answer,
    health: () => ({ servers: sites.size, answering: [...watches.values()].filter((watch) => watch.answers()).length }),
    async stop() {
      stopped = true;
      ignore();
      cancelTick();
      cancelPulse?.();
      for (const watch of watches.values()) watch.stop();
      for (const governor of governors.values()) governor.stop();
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
