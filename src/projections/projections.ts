import type { Fence } from "../core/duties.ts";
import type { Clock, Random, ServerName } from "../core/ports.ts";
import type { StoredEvent } from "../model/events.ts";
import { type Ledger, LedgerLost, LedgerUnwritable } from "../model/ledger-port.ts";
import type { OwnToken } from "../model/person/own-token.ts";
import type { Learned } from "../model/plan/forecast.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import { type Claims, NO_CLAIMS } from "../model/server/claims.ts";
import { FRESH_SERVER, type ServerState } from "../model/server/server-state.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";
import { type Change, type Listener, type StreamKind, stamped, writesOf } from "./change.ts";
import { createKeptState, type Pin } from "./kept-state.ts";
import { createLine } from "./line.ts";
import type { PastRollout } from "./past-rollouts.ts";

const PAGE = 1_000;

/**
 * The ledger, folded: what is true now, in memory. Everything that is read comes from here, everything that is written
 * goes through here, and both are the same after every write.
 */
export interface Projections {
  /** Those in memory: all that are open, the newest that ended, and past ones that were recalled. */
  readonly rollouts: ReadonlyMap<string, Rollout>;
  /** Ended rollouts that were taken out of memory, oldest first. Some of them may be back. */
  readonly past: ReadonlyMap<string, PastRollout>;
  /** A rollout in memory stays there for some minutes, whatever else is recalled or ends; false if it is not in memory. */
  touch(id: string): boolean;
  /** The rollout, which is in memory for some minutes, and longer if few others are recalled; undefined if there is none, or it was archived. */
  recall(id: string): Promise<Rollout | undefined>;
  /** Those that may count for the size of later ones, in memory or not. */
  countedRollouts(): readonly Rollout[];
  /** How long ago the rollout started, in ms. A clock that is wrong for a while makes it no older. */
  ageOf(rollout: Rollout): number;
  /** Rollouts that are not over, and those whose review is open: of this server, or of all. */
  openRollouts(server?: ServerName): readonly Rollout[];
  /** The attempts of each rollout's agents, newest last: rollout id, then agent id. */
  attempts(rollout: string, agentId: string): readonly Upgrade[];
  /** The newest attempt of each of the rollout's agents that has begun, in the plan's order: the same list until one of them changes. */
  newestAttempts(rollout: Rollout): readonly Upgrade[];
  upgrade(id: string): Upgrade | undefined;
  /** Upgrades whose stream is open, on this server. */
  openUpgrades(server: ServerName): readonly Upgrade[];
  claims(server: ServerName): Claims;
  server(server: ServerName): ServerState;
  pin(slackId: string, server: ServerName): Pin | undefined;
  /** Somebody's own token for a server, also one that failed. */
  token(slackId: string, server: ServerName): OwnToken | undefined;
  readonly tokens: Iterable<OwnToken>;
  /** The position of the newest acceptance of a ledger that lacks rows; 0 = none. */
  readonly acceptance: number;
  /** What upgrades took so far. */
  readonly learned: Learned;
  /** The position and the time of the newest event; 0 in an empty ledger. */
  readonly position: number;
  readonly lastAt: number;
  /**
   * Decides on what is folded; no changes = nothing is written. With changes it takes a turn, folds what others wrote and decides
   * again: only that answer counts, also where it is a refusal. `decide` runs twice, so what it sets outside it has to set each time.
   */
  change(decide: () => readonly Change[]): Promise<void>;
  /** The same, for writing at a duty: a turn is refused once another process has it. */
  under(fence: Fence): Projections;
  /** What is wrong with the ledger: fulfilled if a read finds something. Then what it held back can be neither read nor written. */
  readonly fault: Promise<Error>;
  /** Whether other processes may write, and act on what only they know. */
  readonly isShared: boolean;
  /** Why nothing can be written; undefined where it can. Nothing may begin that cannot be recorded. */
  readonly unwritable: string | undefined;
  /** Looks whether something can be written again. */
  check(): Promise<void>;
  /** Calls back whenever that changes, with why nothing can be written; the returned function ends that. */
  onWritable(listener: (unwritable: string | undefined) => void): () => void;
  /** Calls back after events were added to these kinds of streams, or to any; the returned function ends that. */
  onChange(listener: Listener, kinds?: readonly StreamKind[]): () => void;
  /** Folds in what others have written. */
  catchUp(): Promise<void>;
  /** Keeps what is folded, for a short start. */
  keep(): void;
}

/** The state lacks a past rollout that another process has written about. */
class Behind extends Error {}

export async function openProjections(
  ledger: Ledger,
  ports: { readonly clock: Clock; readonly random: Random },
): Promise<Projections> {
  const { state, foldAll, recall, touch, ageOf, keep } = createKeptState(ledger, ports.clock);
  const listeners = new Map<Listener, readonly StreamKind[] | undefined>();
  const watchers = new Set<(unwritable: string | undefined) => void>();
  let unwritable: string | undefined;
  const line = createLine();

  function tell(events: readonly StoredEvent[]): void {
    for (const [listener, kinds] of listeners) {
      const mine = kinds ? events.filter(({ stream }) => kinds.some((kind) => stream.startsWith(`${kind}.`))) : events;
      if (mine.length > 0) listener(mine);
    }
  }

  function setUnwritable(why: string | undefined): void {
    if (why === unwritable) return;
    unwritable = why;
    for (const watcher of watchers) watcher(why);
  }

  async function catchUpNow(): Promise<void> {
    for (;;) {
      const page = await ledger.since(state.position, PAGE).catch((error: unknown) => {
        if (error instanceof LedgerLost) setUnwritable(error.message);
        throw error;
      });
      await foldAll(page);
      tell(page);
      if (page.length < PAGE) return;
    }
  }

  async function changeNow(decide: () => readonly Change[], fence?: Fence): Promise<void> {
    if (writesOf(decide()).length === 0) return;
    const fresh: StoredEvent[] = [];
    try {
      const written = await ledger.turn(
        state.position,
        (others) => {
          for (const event of others) {
            if (state.missingFor(event) !== undefined) throw new Behind();
            state.fold(event);
            fresh.push(event);
          }
          return writesOf(decide()).map((change) => stamped(change, ports));
        },
        fence,
      );
      setUnwritable(undefined);
      await foldAll(written);
      fresh.push(...written);
    } catch (error) {
      if (error instanceof LedgerUnwritable) setUnwritable(error.message);
      if (!(error instanceof Behind)) throw error;
      await catchUpNow();
      return changeNow(decide, fence);
    } finally {
      tell(fresh);
    }
  }

  const changeUnder = (fence?: Fence) => (decide: () => readonly Change[]) => line.run(() => changeNow(decide, fence));

  await line.run(catchUpNow);
  const { rollouts, claims, servers, pins, tokens, learned } = state;
  const { past, attempts, counted, open } = rollouts;
  const projections: Projections = {
    ...{ rollouts: rollouts.all, past, learned, fault: line.fault, ageOf, touch, keep },
    isShared: ledger.follow !== undefined,
    countedRollouts: counted,
    recall: (id) => line.run(() => recall(id)),
    openRollouts: open.of,
    attempts: attempts.of,
    newestAttempts: attempts.newest,
    upgrade: (id) => attempts.all.get(id),
    openUpgrades: attempts.open,
    claims: (server) => claims.get(server) ?? NO_CLAIMS,
    server: (server) => servers.get(server) ?? FRESH_SERVER,
    pin: (slackId, server) => pins.get(`${slackId} ${server}`),
    token: (slackId, server) => tokens.get(`${slackId} ${server}`),
    get tokens() {
      return tokens.values();
    },
    get acceptance() {
      return state.acceptance;
    },
    get position() {
      return state.position;
    },
    get lastAt() {
      return state.lastAt;
    },
    get unwritable() {
      return unwritable;
    },
    async check() {
      const refused = () => undefined;
      if (unwritable !== undefined) await ledger.check().then(() => setUnwritable(undefined), refused);
    },
    onWritable(listener) {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    change: changeUnder(),
    under: (fence) => Object.create(projections, { change: { value: changeUnder(fence) } }),
    onChange(listener, kinds) {
      listeners.set(listener, kinds);
      return () => listeners.delete(listener);
    },
    catchUp: () => line.run(catchUpNow),
  };
  return projections;
}
