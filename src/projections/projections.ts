import type { AgentRef } from "../core/agent-ref.ts";
import type { Clock, Random, ServerName } from "../core/ports.ts";
import type { LedgerEvent, NewEvent, StoredEvent } from "../model/events.ts";
import { type Ledger, LedgerUnwritable, type LedgerWrite } from "../model/ledger-port.ts";
import { evolveToken, type OwnToken } from "../model/person/own-token.ts";
import { createLearned, type Learned } from "../model/plan/learned.ts";
import { evolveRollout } from "../model/rollout/evolve-rollout.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import { type Claims, evolveClaims, NO_CLAIMS } from "../model/server/claims.ts";
import { evolveServer, FRESH_SERVER, type ServerState } from "../model/server/server-state.ts";
import { evolveUpgrade } from "../model/upgrade/evolve-upgrade.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";
import { createOpenRollouts } from "./open-rollouts.ts";

const PAGE = 1_000;

export interface Pin {
  readonly user: AgentRef;
  readonly via: "mapping" | "email";
}

/** Events for one stream; `closes` ends it. */
export interface Change {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  readonly actor: string;
  readonly closes?: boolean;
}

/**
 * The ledger, folded: what is true now, in memory. Everything that is read comes from here, everything that is written
 * goes through here, and both are the same after every write.
 */
export interface Projections {
  /** Every rollout that there ever was. Work that is done again and again iterates `openRollouts`. */
  readonly rollouts: ReadonlyMap<string, Rollout>;
  /** Rollouts that are not over, and those whose review is open: of this server, or of all. */
  openRollouts(server?: ServerName): readonly Rollout[];
  /** The attempts of each rollout's agents, newest last: rollout id, then agent id. */
  attempts(rollout: string, agentId: string): readonly Upgrade[];
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
  /** The newest event's; 0 in an empty ledger. */
  readonly position: number;
  /** The time of the newest event; 0 in an empty ledger. */
  readonly lastAt: number;
  /**
   * Decides on what is folded; no changes = nothing is written. With changes it takes a turn, folds what others wrote and decides
   * again: only that answer counts, also where it is a refusal. `decide` runs twice, so what it sets outside it has to set each time.
   */
  change(decide: () => readonly Change[]): Promise<void>;
  /** Why nothing can be written; undefined where it can. Nothing may begin that cannot be recorded. */
  readonly unwritable: string | undefined;
  /** Looks whether something can be written again. */
  check(): Promise<void>;
  /** Calls back whenever that changes, with why nothing can be written; the returned function ends that. */
  onWritable(listener: (unwritable: string | undefined) => void): () => void;
  /** Calls back after events were added; the returned function ends that. */
  onChange(listener: (events: readonly StoredEvent[]) => void): () => void;
  /** Folds in what others have written. */
  catchUp(): Promise<void>;
}

export async function openProjections(
  ledger: Ledger,
  ports: { readonly clock: Clock; readonly random: Random },
): Promise<Projections> {
  const rollouts = new Map<string, Rollout>();
  const openRollouts = createOpenRollouts();
  const upgrades = new Map<string, Upgrade>();
  /** The ids of each agent's attempts in a rollout: rollout id, then agent id. */
  const byAgent = new Map<string, Map<string, string[]>>();
  const open = new Map<ServerName, Set<string>>();
  const claims = new Map<ServerName, Claims>();
  const servers = new Map<ServerName, ServerState>();
  const pins = new Map<string, Pin>();
  const tokens = new Map<string, OwnToken>();
  const learned = createLearned();
  const listeners = new Set<(events: readonly StoredEvent[]) => void>();
  let position = 0;
  let lastAt = 0;
  const watchers = new Set<(unwritable: string | undefined) => void>();
  let acceptance = 0;
  let unwritable: string | undefined;
  let line: Promise<unknown> = Promise.resolve();

  function fold(event: StoredEvent): void {
    position = event.position;
    lastAt = Math.max(lastAt, event.at);
    const dot = event.stream.indexOf(".");
    const kind = event.stream.slice(0, dot);
    const name = event.stream.slice(dot + 1);
    if (kind === "server") {
      claims.set(name, evolveClaims(claims.get(name) ?? NO_CLAIMS, event));
      servers.set(name, evolveServer(servers.get(name) ?? FRESH_SERVER, event));
    } else if (kind === "rollout") {
      const next = evolveRollout(rollouts.get(name), event);
      if (!next) return;
      rollouts.set(name, next);
      openRollouts.fold(next);
    } else if (kind === "upgrade") foldUpgrade(name, event);
    else if (event.type === "ledger.accepted") acceptance = event.position;
    else if (event.type === "identity.pinned")
      pins.set(`${name} ${event.data.server}`, { user: event.data.user, via: event.data.via });
    else if (event.type.startsWith("token.")) foldToken(name, event);
  }

  function foldToken(person: string, event: StoredEvent): void {
    if (!("server" in event.data)) return;
    const key = `${person} ${event.data.server}`;
    const next = evolveToken(person, tokens.get(key), event);
    if (next) tokens.set(key, next);
    else tokens.delete(key);
  }

  function foldUpgrade(id: string, event: StoredEvent): void {
    const before = upgrades.get(id);
    const next = evolveUpgrade(before, event);
    if (!next) return;
    upgrades.set(id, next);
    if (event.type === "upgrade.outcome") learn(next);
    if (!before) {
      const agents = byAgent.get(next.rollout) ?? new Map<string, string[]>();
      byAgent.set(next.rollout, agents.set(next.agent.id, [...(agents.get(next.agent.id) ?? []), id]));
    }
    const still = open.get(next.server) ?? new Set();
    open.set(next.server, still);
    if (next.closed) still.delete(id);
    else still.add(id);
  }

  function learn({ server, agent, took }: Upgrade): void {
    if (took !== undefined) learned.add(server, agent, took);
  }

  function foldAll(events: readonly StoredEvent[]): void {
    for (const event of events) fold(event);
  }

  function tell(events: readonly StoredEvent[]): void {
    if (events.length > 0) for (const listener of listeners) listener(events);
  }

  function setUnwritable(why: string | undefined): void {
    if (why === unwritable) return;
    unwritable = why;
    for (const watcher of watchers) watcher(why);
  }

  /** One at a time: each decision is made on all that was written before it. */
  function inLine<T>(work: () => Promise<T>): Promise<T> {
    const turn = line.then(work);
    line = turn.catch(() => undefined);
    return turn;
  }

  async function catchUpNow(): Promise<void> {
    const fresh: StoredEvent[] = [];
    for (;;) {
      const page = await ledger.since(position, PAGE);
      foldAll(page);
      fresh.push(...page);
      if (page.length < PAGE) break;
    }
    tell(fresh);
  }

  async function changeNow(decide: () => readonly Change[]): Promise<void> {
    if (writesOf(decide()).length === 0) return;
    const fresh: StoredEvent[] = [];
    try {
      const written = await ledger.turn(position, (others) => {
        foldAll(others);
        fresh.push(...others);
        return writesOf(decide()).map(stamped);
      });
      setUnwritable(undefined);
      foldAll(written);
      fresh.push(...written);
    } catch (error) {
      if (error instanceof LedgerUnwritable) setUnwritable(error.message);
      throw error;
    } finally {
      tell(fresh);
    }
  }

  function writesOf(changes: readonly Change[]): readonly Change[] {
    return changes.filter(({ events }) => events.length > 0);
  }

  function stamped(change: Change): LedgerWrite {
    return { stream: change.stream, events: change.events.map((event, i) => stamp(event, change, i)) };
  }

  function stamp(event: NewEvent, change: Change, i: number): LedgerEvent {
    const last = i === change.events.length - 1;
    const closes =
      last && (change.closes === true || event.type === "upgrade.closed" || event.type === "upgrade.skipped");
    return {
      ...event,
      id: ports.random.id(),
      v: 1,
      at: ports.clock.now(),
      actor: change.actor,
      ...(closes ? { closes: true } : {}),
    };
  }

  await inLine(catchUpNow);
  return {
    rollouts,
    openRollouts: openRollouts.of,
    attempts: (rollout, agentId) => (byAgent.get(rollout)?.get(agentId) ?? []).flatMap((id) => upgrades.get(id) ?? []),
    upgrade: (id) => upgrades.get(id),
    openUpgrades: (server) => [...(open.get(server) ?? [])].flatMap((id) => upgrades.get(id) ?? []),
    learned,
    claims: (server) => claims.get(server) ?? NO_CLAIMS,
    server: (server) => servers.get(server) ?? FRESH_SERVER,
    pin: (slackId, server) => pins.get(`${slackId} ${server}`),
    token: (slackId, server) => tokens.get(`${slackId} ${server}`),
    get tokens() {
      return tokens.values();
    },
    get acceptance() {
      return acceptance;
    },
    get position() {
      return position;
    },
    get lastAt() {
      return lastAt;
    },
    get unwritable() {
      return unwritable;
    },
    async check() {
      if (unwritable === undefined) return;
      await ledger.check().then(
        () => setUnwritable(undefined),
        () => undefined,
      );
    },
    onWritable(listener) {
      watchers.add(listener);
      return () => watchers.delete(listener);
    },
    change: (decide) => inLine(() => changeNow(decide)),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    catchUp: () => inLine(catchUpNow),
  };
}

/** The change on one upgrade's stream. */
export function onUpgrade(id: string, events: readonly NewEvent[]): Change {
  return { stream: `upgrade.${id}`, events, actor: "drydock" };
}
