import { type Agent, isConnected } from "../../domain/agent.ts";
import { versionFacts } from "../../domain/gates/server-version.ts";
import { isUnderWay } from "../../domain/rollouts/rollout.ts";
import type { Observation, Upgrade } from "../../domain/upgrades/upgrade.ts";
import { type Board, onUpgrade } from "../board.ts";
import type { Clock, Log } from "../ports.ts";
import { reservedOn } from "../relays/reserved.ts";
import type { Site } from "../site.ts";
import { ServerError } from "../urbancode.ts";
import { listWatched } from "./list-watched.ts";
import type { Lookout } from "./lookout.ts";
import { createOutage } from "./outage.ts";
import { createWatchedUpgrades, isClose, LATE_FACTOR } from "./watched-upgrades.ts";
import { whyHeld } from "./why-held.ts";

/** How much rarer the server's own version is read than the list while it answers. */
const VERSION_FACTOR = 10;

export interface Watch {
  /** Whether the server answered when it was last asked. */
  answers(): boolean;
  /** Whether anything may begin: the server answers, and was looked at since Drydock started and since it was away. */
  ready(): boolean;
  /** Why nothing may begin though the server answers: its policy on running deployments. */
  held(): string | undefined;
  /** Somebody else got no answer. */
  trouble(error: ServerError): void;
  /** Rounds of looking that were completed since the start. */
  rounds(): number;
  stop(): void;
}

/** The one poller of a server: looks at what is in flight, and now and then at all of it, and writes down what it means. */
export function startWatch(
  site: Site,
  ports: {
    readonly board: Board;
    readonly clock: Clock;
    readonly log: Log;
    readonly lookout: Lookout;
    readonly onReady: () => void;
    readonly onTrouble: (error: ServerError) => void;
    /** The whole list has been read. */
    readonly onList?: (agents: readonly Agent[]) => Promise<void>;
  },
): Watch {
  const { board, clock, log, lookout } = ports;
  const stopping = new AbortController();
  let cancel = () => {};
  let ready = true;
  let rounds = 0;
  let silent = new Set<string>();
  let listedAt = Number.NEGATIVE_INFINITY;
  let versionAt = Number.NEGATIVE_INFINITY;
  const outage = createOutage(site, { board, clock });
  const watched = createWatchedUpgrades(site, { board, clock });
  let gate: { readonly why: string | undefined; readonly at: number } | undefined;

  /** @param asked when Drydock asked (monotonic): an answer that came late shows no more than what was true then. */
  async function look(seen: ReadonlyMap<string, Observation>, asked: number): Promise<void> {
    watched.reported(seen, asked);
    await board.change(() => {
      const isReserved = reservedOn(board, site.name);
      return board.openUpgrades(site.name).flatMap((upgrade) => {
        const observation = seen.get(upgrade.agent.id);
        // That an agent is away while its relay has its turn says nothing about its own upgrade.
        if (!observation || (!isConnected(observation.status) && isReserved(upgrade.agent))) return [];
        const facts = watched.observed(upgrade, observation, asked);
        return facts.length > 0 ? [onUpgrade(upgrade.id, facts)] : [];
      });
    });
  }

  async function comeDue(): Promise<void> {
    await board.change(() =>
      board.openUpgrades(site.name).flatMap((upgrade) => {
        const facts = watched.due(upgrade);
        return facts.length > 0 ? [onUpgrade(upgrade.id, facts)] : [];
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
          seen.set(agent.id, toObservation(await site.urbancode.info(agent.id, stopping.signal)));
          silent.delete(agent.id);
        } catch (error) {
          if (!(error instanceof ServerError) || error.fault === "unreachable") throw error;
          if (error.fault === "not-found") seen.set(agent.id, { status: "gone", version: null });
          else noteSilence(agent.id, error);
        }
      }),
    );
    await look(seen, asked);
    return upgrades.length === 0 || seen.size > 0;
  }

  /** Said once for each, until the server tells of it again. */
  function noteSilence(agent: string, error: ServerError): void {
    if (silent.has(agent)) return;
    silent.add(agent);
    log.warn({ server: site.name, agent, reason: error.message }, "the server does not tell of an agent in flight");
  }

  async function lookAtDeployments(): Promise<void> {
    if (site.policy.whenBusy === "warn" || (gate && clock.monotonic() - gate.at < site.watch.fleet)) return;
    gate = { why: await whyHeld(site), at: clock.monotonic() };
  }

  async function round(): Promise<void> {
    const began = clock.monotonic();
    const open = board.openUpgrades(site.name);
    const close = open.filter(isClose);
    const running = [...board.rollouts.values()].some(
      (rollout) => isUnderWay(rollout) && rollout.plan.server === site.name,
    );
    const told = await lookClosely(close);
    if (running) await lookAtDeployments();
    const every = running || close.length > 0 ? site.watch.fleet : site.watch.fleet * LATE_FACTOR;
    const pause = running || open.length > 0 ? every : site.watch.idle;
    const listDue = pause !== null && clock.monotonic() - listedAt >= pause;
    if (listDue || !ready || !told) {
      const asked = clock.monotonic();
      const agents = await listWatched(site, board, stopping.signal);
      listedAt = clock.monotonic();
      await look(new Map(agents.map((agent) => [agent.id, toObservation(agent)])), asked);
      if (running) await lookout.whole(agents, stopping.signal);
      if (running) await lookAtVersion();
      await ports.onList?.(agents);
    }
    if (!ready) log.info({ server: site.name }, "the server answers again");
    ready = true;
    watched.answered(began);
    await outage.over();
  }

  /** A server that was upgraded in the middle was away, or it is noticed now and then. */
  async function lookAtVersion(): Promise<void> {
    if (ready && clock.monotonic() - versionAt < site.watch.fleet * VERSION_FACTOR) return;
    const version = await site.urbancode.version(stopping.signal).catch(untold);
    versionAt = clock.monotonic();
    await board.change(() =>
      [...board.rollouts.values()].flatMap((rollout) => {
        if (rollout.plan.server !== site.name) return [];
        const facts = versionFacts(rollout, site.policy, version, clock.now());
        return facts.length > 0 ? [{ stream: `rollout.${rollout.id}`, actor: "drydock", facts }] : [];
      }),
    );
  }

  function trouble(error: ServerError): void {
    if (stopping.signal.aborted) return;
    if (ready)
      log.warn(
        { server: site.name, reason: error.message },
        "the server gives no usable answer; nothing begins until it does",
      );
    ready = false;
    lookout.blind();
    outage.trouble(error.message);
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
      } else log.error({ server: site.name, error }, "a round of looking failed");
    }
    try {
      await comeDue();
      await outage.comeDue();
    } catch (error) {
      log.error({ server: site.name, error }, "what has come due could not be written down");
    }
    if (!stopping.signal.aborted) cancel = clock.after(site.watch.inFlight, () => void tick());
  }

  void tick();
  return {
    answers: () => ready,
    ready: () => ready && rounds > 0,
    held() {
      if (site.policy.whenBusy === "warn") return undefined;
      const stale = !gate || clock.monotonic() - gate.at > 3 * site.watch.fleet;
      return stale ? `Waits to hear from ${site.name} whether deployments run.` : gate?.why;
    },
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
function untold(error: unknown): undefined {
  const away = !(error instanceof ServerError) || error.fault === "unreachable" || error.fault === "failing";
  if (away) throw error;
  return undefined;
}

function toObservation(agent: Agent): Observation {
  return { status: agent.status, version: agent.version ?? null };
}
