import type { AgentRef } from "../core/agent-ref.ts";
import type { ServerName } from "../core/ports.ts";
import type { StoredEvent } from "../model/events.ts";
import { CARD } from "../model/message-keys.ts";
import { evolveToken, type OwnToken } from "../model/person/own-token.ts";
import { createLearned, type Learned } from "../model/plan/learned.ts";
import { evolveRollout } from "../model/rollout/evolve-rollout.ts";
import { isOver, type Rollout } from "../model/rollout/rollout.ts";
import { type Claims, evolveClaims, NO_CLAIMS } from "../model/server/claims.ts";
import { evolveServer, FRESH_SERVER, type ServerState } from "../model/server/server-state.ts";
import { parseUpgradeId, type Upgrade } from "../model/upgrade/upgrade.ts";
import { type Attempts, createAttempts } from "./attempts.ts";
import { createOpenRollouts, type OpenRollouts } from "./open-rollouts.ts";
import { fitting, leaving, type PastRollout } from "./past-rollouts.ts";

export interface Pin {
  readonly user: AgentRef;
  readonly via: "mapping" | "email";
}

/** The ledger up to `position`, folded. Rollouts that are over leave it by and by, and come back when they are asked for. */
export interface LedgerState {
  readonly position: number;
  readonly lastAt: number;
  readonly acceptance: number;
  /** Those in memory. */
  readonly rollouts: ReadonlyMap<string, Rollout>;
  readonly openRollouts: Pick<OpenRollouts, "of">;
  /** Rollouts that were taken out of memory, oldest first; some of them may be back. */
  readonly past: ReadonlyMap<string, PastRollout>;
  readonly attempts: Pick<Attempts, "all" | "of" | "open">;
  readonly claims: ReadonlyMap<ServerName, Claims>;
  readonly servers: ReadonlyMap<ServerName, ServerState>;
  /** By person and server: `U1 prod`. */
  readonly pins: ReadonlyMap<string, Pin>;
  readonly tokens: ReadonlyMap<string, OwnToken>;
  readonly learned: Learned;
  /** The past rollout that has to be brought back before the event can be folded; undefined if none has to. */
  missingFor(event: StoredEvent): string | undefined;
  fold(event: StoredEvent): void;
  /** Brings a past rollout back into memory, from its own events and those of its upgrades, up to `position`. */
  bringBack(id: string, events: readonly StoredEvent[], now: number): void;
  /** A past rollout was asked for at `now` (monotonic): it stays longest. */
  touch(id: string, now: number): void;
  save(): SavedState;
}

/** All of it, as plain data. */
export interface SavedState {
  readonly position: number;
  readonly lastAt: number;
  readonly acceptance: number;
  readonly rollouts: ReadonlyMap<string, Rollout>;
  readonly open: readonly Rollout[];
  readonly past: ReadonlyMap<string, PastRollout>;
  readonly upgrades: readonly Upgrade[];
  readonly claims: ReadonlyMap<ServerName, Claims>;
  readonly servers: ReadonlyMap<ServerName, ServerState>;
  readonly pins: ReadonlyMap<string, Pin>;
  readonly tokens: ReadonlyMap<string, OwnToken>;
  readonly durations: ReadonlyMap<string, readonly number[]>;
}

/** Past rollouts that are in memory since a person asked for them, at most. */
const MAX_BACK = { rollouts: 20, agents: 5_000 };
/** For how long one stays in any case, in ms: the person who asked for it may still be reading. */
const MIN_BACK = 60_000;

export function createLedgerState(saved?: SavedState): LedgerState {
  const rollouts = new Map(saved?.rollouts);
  const openRollouts = createOpenRollouts(saved?.open);
  const past = new Map(saved?.past);
  /** Past rollouts in memory, and when each was asked for last: the newest at the end. */
  const back = new Map<string, number>();
  const attempts = createAttempts(saved?.upgrades);
  const claims = new Map(saved?.claims);
  const servers = new Map(saved?.servers);
  const pins = new Map(saved?.pins);
  const tokens = new Map(saved?.tokens);
  const learned = createLearned(saved?.durations);
  let { position, lastAt, acceptance } = saved ?? { position: 0, lastAt: 0, acceptance: 0 };

  function fold(event: StoredEvent): void {
    position = event.position;
    lastAt = Math.max(lastAt, event.at);
    const { kind, name } = placeOf(event);
    if (kind === "server") {
      claims.set(name, evolveClaims(claims.get(name) ?? NO_CLAIMS, event));
      servers.set(name, evolveServer(servers.get(name) ?? FRESH_SERVER, event));
    } else if (kind === "rollout") foldRollout(name, event);
    else if (kind === "upgrade") foldUpgrade(name, event);
    else if (event.type === "ledger.accepted") acceptance = event.position;
    else if (event.type === "identity.pinned")
      pins.set(`${name} ${event.data.server}`, { user: event.data.user, via: event.data.via });
    else if (event.type.startsWith("token.")) foldToken(name, event);
  }

  function foldRollout(id: string, event: StoredEvent): void {
    const before = rollouts.get(id);
    const next = evolveRollout(before, event);
    if (!next) return;
    // Their order is the same whether it was asked for before or not.
    if (past.has(id)) rollouts.delete(id);
    stay(id);
    rollouts.set(id, next);
    openRollouts.fold(next);
    if (!before || (isOver(next) && !isOver(before))) leave();
  }

  function foldUpgrade(id: string, event: StoredEvent): void {
    const next = attempts.fold(id, event);
    if (!next) return;
    stay(next.rollout);
    if (event.type === "upgrade.outcome" && next.took !== undefined)
      learned.add(next.server, { ...next.agent, version: next.from }, next.took);
  }

  function foldToken(person: string, event: StoredEvent): void {
    if (!("server" in event.data)) return;
    const key = `${person} ${event.data.server}`;
    const next = evolveToken(person, tokens.get(key), event);
    if (next) tokens.set(key, next);
    else tokens.delete(key);
  }

  /** What is written about is no past rollout any more, until it is told again. */
  function stay(id: string): void {
    back.delete(id);
    past.delete(id);
  }

  function leave(): void {
    const here = [...rollouts.values()].filter(({ id }) => !past.has(id));
    for (const { id, posts } of leaving(here, { now: lastAt, attempts: attempts.inRollout })) {
      past.set(id, { card: posts.get(CARD) });
      forget(id);
    }
  }

  function forget(id: string): void {
    rollouts.delete(id);
    attempts.forget(id);
  }

  function touch(id: string, now: number): void {
    if (!past.has(id) || !rollouts.has(id)) return;
    back.delete(id);
    back.set(id, now);
    const here = [...back.keys()].flatMap((one) => rollouts.get(one) ?? []);
    for (const old of here.slice(0, here.length - fitting(here, MAX_BACK))) {
      if (now - (back.get(old.id) ?? 0) < MIN_BACK) return;
      back.delete(old.id);
      forget(old.id);
    }
  }

  return {
    get position() {
      return position;
    },
    get lastAt() {
      return lastAt;
    },
    get acceptance() {
      return acceptance;
    },
    ...{ rollouts, openRollouts, past, attempts, claims, servers, pins, tokens, learned, fold, touch },
    missingFor(event) {
      const id = rolloutOf(event);
      return id !== undefined && past.has(id) && !rollouts.has(id) ? id : undefined;
    },
    bringBack(id, events, now) {
      for (const event of events) {
        const { kind, name } = placeOf(event);
        if (kind === "upgrade") attempts.fold(name, event);
        const next = kind === "rollout" && evolveRollout(rollouts.get(id), event);
        if (next) rollouts.set(id, next);
      }
      touch(id, now);
    },
    save: () => ({
      ...{ position, lastAt, acceptance, past, claims, servers, pins, tokens, durations: learned.durations },
      // What was only recalled is not part of it.
      rollouts: new Map([...rollouts].filter(([id]) => !past.has(id))),
      open: openRollouts.of(undefined),
      upgrades: [...attempts.all.values()].filter(({ rollout }) => !past.has(rollout)),
    }),
  };
}

function placeOf({ stream }: StoredEvent): { readonly kind: string; readonly name: string } {
  const dot = stream.indexOf(".");
  return { kind: stream.slice(0, dot), name: stream.slice(dot + 1) };
}

function rolloutOf(event: StoredEvent): string | undefined {
  const { kind, name } = placeOf(event);
  if (kind === "rollout") return name;
  return kind === "upgrade" ? parseUpgradeId(name)?.rollout : undefined;
}
