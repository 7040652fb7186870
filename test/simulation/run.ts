import { commands } from "../../commands/index.ts";
import { createRng } from "../../playground/deploy/rng.ts";
import { createLocalEngine } from "../../src/adapters/engine/local.ts";
import { createLocalDuties } from "../../src/adapters/memory/local-duties.ts";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import { createMemoryStatuses } from "../../src/adapters/memory/memory-statuses.ts";
import { createAgedReads } from "../../src/adapters/slack/aged-reads.ts";
import { slackError } from "../../src/adapters/slack/slack-error.ts";
import { readTypedText } from "../../src/adapters/slack/typed-text.ts";
import type { AgentStatus } from "../../src/core/agent.ts";
import type { FormValues } from "../../src/core/call.ts";
import type { Duties } from "../../src/core/duties.ts";
import { jumpBetween } from "../../src/core/jump-between.ts";
import type { Clock, Log, Person } from "../../src/core/ports.ts";
import { serverTrouble } from "../../src/core/server-trouble.ts";
import { isView, type Shown, textOf } from "../../src/core/view.ts";
import type { TriggerResult } from "../../src/model/deploy-server.ts";
import type { Ledger, Presence } from "../../src/model/ledger-port.ts";
import { type Policy, waitsForAgent } from "../../src/model/policy.ts";
import { DEFAULT_LIMITS } from "../../src/model/server/limits.ts";
import type { Deadlines } from "../../src/model/upgrade/deadlines.ts";
import { createFleet } from "../../src/servers/fleet.ts";
import type { ManagedServer } from "../../src/servers/managed-server.ts";
import { type Drydock, startDrydock } from "../../src/start-drydock.ts";
import { manualClock } from "../support/manual-clock.ts";
import { policyWith } from "../support/policy.ts";
import { soundInspection } from "../support/sound-inspection.ts";
import { createSimServer, OLD, RIGHTS, type SimAgent, type SimFault, type SimServer } from "./server.ts";
import { createSimSlack, paced, type SimSlack } from "./slack.ts";

const SECOND = 1_000;
/** Shorter than the defaults, so that a schedule is over sooner; their order is the same. */
const DEADLINES = {
  request: 5 * SECOND,
  neverOffline: 60 * SECOND,
  notBack: 120 * SECOND,
  stuck: 30 * SECOND,
  stable: 10 * SECOND,
  zombie: 240 * SECOND,
  lateWatch: 300 * SECOND,
};
const WATCH = { inFlight: 5 * SECOND, fleet: 10 * SECOND, idle: null, tick: 5 * SECOND };
const TOO_LATE = serverTrouble("no-answer", "prod", { reason: "TOO_LATE" });
const OWNER = "U0ALICE";
const PEOPLE = "alice bob carol dave erin frank grace heidi ivan judy mallory niaj olivia peggy".split(" ");
const MAPPING = new Map(PEOPLE.map((user) => [`U0${user.toUpperCase()}`, new Map([["prod", { user }]])]));
const inside = (id: string) => ({ id, shared: false, guests: false });
const FAULTS: readonly SimFault[] = ["refused", "never-offline", "never-back", "back-old", "reply-lost", "quick"];

export interface World {
  readonly server: SimServer;
  readonly slack: SimSlack;
  readonly ledger: Ledger;
  readonly clock: ReturnType<typeof manualClock>;
  readonly random: () => number;
  readonly slots: number;
  /** What must never happen, and did. */
  readonly violations: string[];
  readonly puts: ReadonlyMap<string, number>;
  /** The errors that Drydock logged: none in a healthy service. */
  readonly errors: string[];
  readonly warnings: string[];
  drydock(): Drydock;
  /** kill -9 and start again. */
  restart(): Promise<void>;
  /** From now on the chance that Drydock is killed at any call to a port; it is started again by step(). */
  deadly: number;
  /** Lets the virtual time go on. */
  step(ms: number): Promise<void>;
  say(text: string, person?: string): Promise<Shown>;
  /** Presses a button of what is shown. */
  press(shown: Shown, label: string, person?: string): Promise<Shown>;
  /** Sends off the form of a command, with what was filled in. */
  submit(command: string, args: readonly string[], values: FormValues, person?: string): Promise<Shown>;
  /** People whom Slack has deactivated. */
  readonly gone: Set<string>;
  /** Channels that are shared with another organization. */
  readonly shared: Set<string>;
  /** What others are in Slack than members, by person. */
  readonly kinds: Map<string, Person["kind"]>;
  /** Who is in which usergroup. */
  readonly usergroups: Map<string, Set<string>>;
  /** With what word Slack refuses to tell who anybody is, if it does. */
  untold: string | undefined;
}

/** What is not as in every schedule. */
export interface Given {
  readonly ledger?: Ledger;
  /** Left out: all duties, for ever. */
  readonly duties?: Duties;
  readonly agents?: number | readonly SimAgent[];
  /** When it begins, in ms since 1970. */
  readonly begin?: number;
  readonly deadlines?: Partial<Deadlines>;
  readonly watch?: ManagedServer["watch"];
  /** Sets up what is around Drydock before it starts. */
  readonly prepare?: (world: Pick<World, "server" | "slack" | "gone" | "usergroups">) => void;
  /** Whether every agent does as it is told. */
  readonly calm?: boolean;
  readonly policy?: Partial<Policy>;
  readonly operationsChannel?: string;
  readonly onCall?: readonly string[];
  /** What happens between an attempt and its request. */
  readonly beforePut?: (world: Pick<World, "clock" | "random">) => Promise<void>;
  /** Whether messages leave at the pace at which Slack takes them. */
  readonly paced?: boolean;
  /** What the doctor is told in place of what is sound. */
  readonly inspection?: Partial<ReturnType<typeof soundInspection>>;
}

/** One Drydock over simulated ports, which can be killed between any two steps. Everything follows from the seed. */
export async function createWorld(seed: number, given: Given = {}): Promise<World> {
  const random = createRng(seed);
  const { begin = 1_000_000, watch = WATCH } = given;
  const clock = manualClock(begin);
  const anySlots = 1 + Math.floor(random() * 4);
  const slots = given.policy?.slots ?? anySlots;
  const violations: string[] = [];
  const puts = new Map<string, number>();
  const errors: string[] = [];
  const warnings: string[] = [];
  const ledger = given.ledger ?? openMemoryLedger();
  let aliveAt: number | undefined;
  const presence: Presence = {
    async alive(now) {
      aliveAt = now;
    },
    aliveAt: async () => aliveAt,
  };
  const slack = createSimSlack(random, begin);
  const gone = new Set<string>();
  const shared = new Set<string>();
  const kinds = new Map<string, Person["kind"]>();
  const usergroups = new Map<string, Set<string>>();
  const { operationsChannel } = given;
  const intended = new Map<string, number>();
  const leavesAlone = waitsForAgent(policyWith(given.policy));
  let life = 0;
  let killed = false;
  let ids = begin;
  let running: Drydock | undefined;
  /** Agents that a list showed as wanting an upgrade, and since when one showed them offline, in the same life. */
  let wanting = new Set<string>();
  const visible = new Map<string, { readonly at: number; readonly life: number; lasted: boolean }>();

  function someAgents(length: number): readonly SimAgent[] {
    return Array.from({ length }, (_, i): SimAgent => {
      const fault = !given.calm && random() < 0.25 ? (FAULTS[Math.floor(random() * FAULTS.length)] ?? "none") : "none";
      return { id: `a${i}`, relayId: random() < 0.3 ? "r1" : `own-${i}`, fault, version: OLD, life: undefined };
    });
  }
  const chosen = given.agents ?? 4 + Math.floor(random() * 9);
  const agents = typeof chosen === "number" ? someAgents(chosen) : chosen;
  const server = createSimServer(agents, { now: () => clock.real(), fraction: random, onPut, onList });

  /** Counts show that agents went offline. Which of them were back for a moment, only the list shows. */
  function onList(seen: ReadonlyMap<string, AgentStatus>, how: "named" | "counted"): void {
    for (const [id, status] of seen) {
      if (status === "upgrade-required" && how === "named") wanting.add(id);
      else if (status === "offline" && wanting.has(id) && !visible.has(id))
        visible.set(id, { at: clock.real(), life, lasted: false });
      if (status !== "offline" && how === "named") visible.delete(id);
    }
  }

  function onPut({ id }: SimAgent): void {
    puts.set(id, (puts.get(id) ?? 0) + 1);
    if ((puts.get(id) ?? 0) > (intended.get(id) ?? 0)) violations.push(`${id}: a PUT without an attempt of its own`);
    const ours = server.inFlight("ours").filter((agent) => agent.id !== id).length;
    const seen = server.inFlight("elsewhere").filter((agent) => {
      const since = visible.get(agent.id);
      if (!since || (since.life !== life && !since.lasted)) return false;
      const shown = clock.real() - since.at;
      // Away for longer than an upgrade takes, it counts no more.
      return shown >= watch.fleet && shown < DEADLINES.notBack;
    }).length;
    if (ours >= slots) violations.push(`${id}: a PUT with ${ours} of ours in flight and ${slots} slots`);
    else if (ours + seen >= slots) violations.push(`${id}: a PUT with ${ours} of ours and ${seen} visible of others`);
  }

  async function restart(): Promise<void> {
    life += 1;
    killed = false;
    wanting = new Set();
    running = await start(life);
  }

  /** Every call to a port may be the last of this life: before it has any effect, or before its answer is there. */
  function mortal<T extends object>(port: T, own: number): T {
    return new Proxy(port, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          if (own !== life || killed || dies()) return new Promise(() => {});
          const result: unknown = value.apply(target, args);
          if (!dies()) return result;
          // Nobody hears of it any more.
          Promise.resolve(result).catch(() => undefined);
          return new Promise(() => {});
        };
      },
    });
  }

  function dies(): boolean {
    if (!killed && world.deadly > 0 && random() < world.deadly) killed = true;
    return killed;
  }

  function start(own: number): Promise<Drydock> {
    const mortalClock: Clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      after: (ms, task) => clock.after(ms, () => own === life && !killed && task()),
    };
    const log: Log = {
      debug: () => {},
      info: () => {},
      warn: (_facts, message) => void warnings.push(message),
      error: (facts, message) => void errors.push(`${message} ${JSON.stringify(facts)}`),
    };
    const { beforePut } = given;
    // Remembered as by the adapters for Slack.
    const knownPeople = createAgedReads<Person>({ clock: mortalClock, max: 1_000, ttl: 60 * SECOND });
    const knownGroups = createAgedReads<ReadonlySet<string>>({ clock: mortalClock, max: 1_000, ttl: 60 * SECOND });
    async function readPerson(id: string): Promise<Person> {
      if (world.untold !== undefined) throw slackError(world.untold, "Slack does not say who somebody is.");
      const kind = gone.has(id) ? "deleted" : (kinds.get(id) ?? "member");
      return { id, teamId: "T", name: id, email: undefined, kind };
    }
    /** As the client does it: what is too late, or from before the clock jumped, is not sent. */
    async function delayed(id: string, limits: { readonly notAfter?: number } = {}): Promise<TriggerResult> {
      const moment = () => ({ wall: clock.now(), monotonic: clock.monotonic() });
      const asked = moment();
      await beforePut?.(world);
      if (own !== life || killed) return new Promise(() => {});
      const inTime = clock.monotonic() <= (limits.notAfter ?? 0) && jumpBetween(asked, moment()) === 0;
      return inTime ? server.urbancode.trigger(id) : { kind: "unsent", trouble: TOO_LATE, late: true };
    }
    const urbancode = mortal(beforePut ? { ...server.urbancode, trigger: delayed } : server.urbancode, own);
    const managed: ManagedServer = {
      name: "prod",
      url: "https://prod.example.com",
      policy: policyWith({ slots, required: RIGHTS, ...given.policy }),
      deadlines: { ...DEADLINES, ...given.deadlines },
      watch,
      limits: { ...DEFAULT_LIMITS, cutAgain: 20 * SECOND },
      urbancode,
      fleet: createFleet(urbancode, { clock: mortalClock }),
    };
    const watched = mortal<Ledger>(
      {
        ...ledger,
        async turn(...given) {
          const written = await ledger.turn(...given);
          for (const event of written)
            if (event.type === "upgrade.intended") {
              const { id } = event.data.agent;
              intended.set(id, (intended.get(id) ?? 0) + 1);
              // What begins after that nobody can see before the request.
              const knows = server.reports === "named" || server.reports === "failing";
              if (leavesAlone && knows && server.deployments.has(id))
                violations.push(`${id}: an attempt while a deployment ran on it`);
            }
          return written;
        },
      },
      own,
    );
    const mortalLedger: Ledger = {
      ...watched,
      async turn(...given) {
        const written = await watched.turn(...given);
        // A life may end here, too: after what was written and before anything that follows from it.
        await watched.since(0, 0);
        return written;
      },
    };
    return startDrydock(
      {
        servers: new Map([["prod", managed]]),
        ledger: mortalLedger,
        presence: mortal(presence, own),
        engineOf: () => createLocalEngine({ log }),
        duties: given.duties ?? createLocalDuties({ log }),
        statuses: createMemoryStatuses({ clock: mortalClock }),
        thread: {
          ...mortal(given.paced ? paced(slack.thread, mortalClock) : slack.thread, own),
          isPrivate: slack.thread.isPrivate,
        },
        people: { person: (id, maxAge) => knownPeople(id, () => readPerson(id), maxAge) },
        channels: { look: async (channel) => ({ shared: shared.has(channel), guests: false }) },
        usergroups: {
          members: async (group, maxAge) =>
            (await knownGroups(group, async () => new Set(usergroups.get(group)), maxAge)) ?? new Set(),
        },
        inspection: { ...soundInspection(), ...given.inspection },
        secrets: undefined,
        clock: mortalClock,
        random: {
          id: () => {
            ids += 1;
            return `id-${ids}`;
          },
          fraction: random,
        },
        log,
      },
      {
        word: "/agents",
        people: { emailDomains: [], mapping: MAPPING, onCall: given.onCall ?? [] },
        channels: {
          channels: [inside("C0")],
          operationsChannel: operationsChannel === undefined ? undefined : inside(operationsChannel),
        },
        commands,
      },
    );
  }

  const world: World = {
    server,
    slack,
    ledger,
    clock,
    random,
    slots,
    violations,
    puts,
    errors,
    warnings,
    deadly: 0,
    drydock: () => {
      if (!running) throw new Error("Drydock does not run.");
      return running;
    },
    restart,
    async step(ms) {
      await clock.advance(ms);
      for (const since of visible.values())
        if (since.life === life && !killed && clock.real() - since.at >= watch.fleet) since.lasted = true;
      if (killed) {
        await clock.advance(Math.floor(random() * 5) * SECOND);
        // While it starts it lives: a start that is killed is the same as a longer absence.
        const { deadly } = world;
        world.deadly = 0;
        await restart();
        world.deadly = deadly;
      }
    },
    gone,
    shared,
    kinds,
    usergroups,
    untold: undefined,
    say: (text, person = OWNER) =>
      world.drydock().answer.call({ via: "slash", person, channel: "C0", ...readTypedText(text) }, () => false),
    press(shown, label, person = OWNER) {
      const parts = isView(shown) ? shown.parts : [];
      const button = parts
        .flatMap((part) => (part.kind === "buttons" ? part.buttons : []))
        .find((candidate) => candidate.label === label);
      if (!button) throw new Error(`There is no ${label} on: ${textOf(shown)}`);
      const { command, args } = button;
      return world.drydock().answer.call({ via: "button", person, channel: "C0", command, args }, () => false);
    },
    submit: (command, args, values, person = OWNER) =>
      world.drydock().answer.call({ via: "form", person, channel: "C0", command, args, values }, () => false),
  };
  given.prepare?.(world);
  await restart();
  return world;
}

/** Asks for a plan of everything and presses Start on it. */
export async function startRollout(world: World): Promise<void> {
  await world.press(await world.say("upgrade-required"), "Start");
}
