import { inForce } from "../domain/gates/freeze.ts";
import { openingWords } from "../domain/gates/windows.ts";
import type { Rollout } from "../domain/rollout.ts";
import { createAnswer } from "./answer.ts";
import { openBoard } from "./board.ts";
import { type ChannelSettings, createPlaces } from "./channels.ts";
import type { Answer, Command } from "./command.ts";
import { createDispatcher } from "./dispatch.ts";
import { createDrafts } from "./drafts.ts";
import { createGates } from "./gates.ts";
import { createIdentities, type PeopleSettings } from "./identity.ts";
import { createNotices } from "./notices.ts";
import { createPlans } from "./plans.ts";
import type { Channels, Clock, Engine, Ledger, Log, People, Random, Thread, Usergroups } from "./ports.ts";
import { createReporter } from "./report.ts";
import { createRunner } from "./run-upgrade.ts";
import type { Services } from "./services.ts";
import { comeDue, settle } from "./settle.ts";
import type { Site, Sites } from "./site.ts";
import { createTold } from "./told.ts";
import { startWatch, type Watch } from "./watch.ts";
import { within } from "./within.ts";
import { writePolicy } from "./write-policy.ts";

export interface DrydockPorts {
  readonly sites: Sites;
  readonly ledger: Ledger;
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
  /** Begins nothing more and waits for what is being written. */
  stop(): Promise<void>;
}

/** Facts come in bursts: what follows from them is worked out once, this many ms after the first. */
const PULSE = 20;

/** Picks up where the ledger says things stand, and keeps them going. */
export async function startDrydock(ports: DrydockPorts, settings: DrydockSettings): Promise<Drydock> {
  const { sites, ledger, engine, thread, people, channels, usergroups, clock, random, log } = ports;
  const board = await openBoard(ledger, { clock, random });
  const until = clock.now();
  const away = {
    from: board.lastAt === 0 ? until : board.lastAt,
    until,
    lookedAround: (server: string) => (watches.get(server)?.rounds() ?? 0) > 0,
  };
  const identities = createIdentities({ people, board, settings: settings.people });
  const plans = createPlans({ board, identities });
  const places = createPlaces({ channels, settings: settings.channels });
  const told = createTold({ board, clock, log });
  const dispatcher = createDispatcher({ board, engine, clock });
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
      return site && { site, ready: watch?.ready() ?? false, held: heldOn(site) };
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
    people: settings.people,
    plans,
    drafts: createDrafts({ clock, random }),
    ...gates,
    clock,
    commands: settings.commands,
    serverReady: (site) => watches.get(site.name)?.ready() ?? false,
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
    return watches.get(site.name)?.held();
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
    clock,
    log,
    onServerTrouble: (site, error) => watches.get(site.name)?.trouble(error),
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
    watches.set(site.name, startWatch(site, { board, clock, log }));
  }

  return {
    answer: createAnswer({ services, word: settings.word, told, log, clock, random }),
    health: () => ({ servers: sites.size, answering: [...watches.values()].filter((watch) => watch.ready()).length }),
    async stop() {
      stopped = true;
      ignore();
      cancelTick();
      cancelPulse?.();
      for (const watch of watches.values()) watch.stop();
      await engine.close();
      await work;
      // What is cut off here is only read so far, or is one transaction.
      await within(clock, 2_000, proceeder.idle());
      await told.flush(true);
    },
  };
}

function isCard(rollout: Rollout, channel: string, ts: string): boolean {
  const card = rollout.posts.get("card");
  return card?.channel === channel && card.ts === ts;
}
