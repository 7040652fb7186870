import type { AgentRef } from "../core/agent-ref.ts";
import { createAges } from "../core/ages.ts";
import type { Clock, ServerName } from "../core/ports.ts";
import type { StoredEvent } from "../model/events.ts";
import type { Ledger } from "../model/ledger-port.ts";
import { evolveToken, type OwnToken } from "../model/person/own-token.ts";
import { createLearned, type Learned } from "../model/plan/forecast.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import { type Claims, evolveClaims, NO_CLAIMS } from "../model/server/claims.ts";
import { evolveServer, FRESH_SERVER, type ServerState } from "../model/server/server-state.ts";
import { parseUpgradeId } from "../model/upgrade/upgrade.ts";
import { createRolloutsInMemory, type RolloutsInMemory, type SavedRollouts } from "./rollouts-in-memory.ts";

export interface Pin {
  readonly user: AgentRef;
  readonly via: "mapping" | "email";
}

/** The ledger up to `position`, folded. Rollouts that are over leave it by and by, and come back when they are asked for. */
export interface LedgerState {
  readonly position: number;
  readonly lastAt: number;
  readonly acceptance: number;
  readonly rollouts: Pick<RolloutsInMemory, "all" | "open" | "past" | "attempts" | "counted" | "begins" | "touch">;
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
  bringBack(id: string, events: readonly StoredEvent[]): void;
  save(): SavedState;
}

/** All of it, as plain data. */
export interface SavedState {
  readonly position: number;
  readonly lastAt: number;
  readonly acceptance: number;
  readonly rollouts: SavedRollouts;
  readonly claims: ReadonlyMap<ServerName, Claims>;
  readonly servers: ReadonlyMap<ServerName, ServerState>;
  readonly pins: ReadonlyMap<string, Pin>;
  readonly tokens: ReadonlyMap<string, OwnToken>;
  readonly durations: ReadonlyMap<string, readonly number[]>;
}

export function createLedgerState(saved?: SavedState): LedgerState {
  const rollouts = createRolloutsInMemory(saved?.rollouts);
  const claims = new Map(saved?.claims);
  const servers = new Map(saved?.servers);
  const pins = new Map(saved?.pins);
  const tokens = new Map(saved?.tokens);
  const learned = createLearned(saved?.durations);
  let { position, lastAt, acceptance } = saved ?? { position: 0, lastAt: 0, acceptance: 0 };

  function fold(event: StoredEvent): void {
    position = event.position;
    lastAt = Math.max(lastAt, event.at);
    rollouts.recent.passed(event.at);
    const { kind, name } = placeOf(event);
    if (kind === "server") {
      claims.set(name, evolveClaims(claims.get(name) ?? NO_CLAIMS, event));
      servers.set(name, evolveServer(servers.get(name) ?? FRESH_SERVER, event));
    } else if (kind === "rollout") rollouts.fold(name, event);
    else if (kind === "upgrade") foldUpgrade(name, event);
    else if (event.type === "ledger.accepted") acceptance = event.position;
    else if (event.type === "identity.pinned")
      pins.set(`${name} ${event.data.server}`, { user: event.data.user, via: event.data.via });
    else if (event.type.startsWith("token.")) foldToken(name, event);
  }

  function foldUpgrade(id: string, event: StoredEvent): void {
    const next = rollouts.foldUpgrade(id, event);
    if (event.type === "upgrade.outcome" && next?.took !== undefined)
      learned.add(next.server, { ...next.agent, version: next.from }, next.took);
  }

  function foldToken(person: string, event: StoredEvent): void {
    if (!("server" in event.data)) return;
    const key = `${person} ${event.data.server}`;
    const next = evolveToken(person, tokens.get(key), event);
    if (next) tokens.set(key, next);
    else tokens.delete(key);
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
    ...{ rollouts, claims, servers, pins, tokens, learned, fold },
    missingFor(event) {
      const id = rolloutOf(event);
      return id !== undefined && rollouts.past.has(id) && !rollouts.all.has(id) ? id : undefined;
    },
    bringBack(id, events) {
      const mine = events.map((event) => ({ event, place: placeOf(event) }));
      rollouts.bringBack(
        id,
        mine.map(({ event, place }) => ({ event, upgrade: place.kind === "upgrade" ? place.name : undefined })),
      );
    },
    save: () => ({
      ...{ position, lastAt, acceptance, claims, servers, pins, tokens },
      ...{ rollouts: rollouts.save(), durations: learned.durations },
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

/** Events between two snapshots. A start folds about as many, which takes a moment. */
const KEEP_EVERY = 5_000;

/** The state of the projections: begun with the ledger's snapshot, and kept as one now and then. */
export interface KeptState {
  readonly state: LedgerState;
  foldAll(events: readonly StoredEvent[]): Promise<void>;
  touch(id: string): boolean;
  recall(id: string): Promise<Rollout | undefined>;
  /** How long ago the rollout started, in ms: what the wall clock says, or what this process has watched if that is less. */
  ageOf(rollout: Rollout): number;
  keep(): void;
}

export function createKeptState(ledger: Ledger, clock: Clock): KeptState {
  const state = createLedgerState(ledger.snapshot?.state as SavedState | undefined);
  const ages = createAges(clock);
  let kept = state.position;
  /** How many rollouts had begun when their ages were noted. */
  let noted = 0;

  function ageOf({ id, startedAt }: Rollout): number {
    return Math.min(ages.of(id, startedAt), Math.max(0, clock.now() - startedAt));
  }

  /** The ages of rollouts count from when this process first knows of them. */
  function noteAges(): void {
    const counted = state.rollouts.counted();
    for (const rollout of counted) ageOf(rollout);
    ages.keepOnly(new Set(counted.map(({ id }) => id)));
    noted = state.rollouts.begins();
  }

  const touch = (id: string) => state.rollouts.touch(id, clock.monotonic());

  async function bringBack(id: string, position: number): Promise<void> {
    const events = [...(await ledger.read(`rollout.${id}`)), ...(await ledger.readBelow(`upgrade.${id}.`))];
    const known = events.filter((event) => event.position <= position).sort((a, b) => a.position - b.position);
    state.bringBack(id, known);
  }

  function keep(): void {
    if (state.position === kept) return;
    kept = state.position;
    ledger.keep?.({ position: kept, state: state.save() });
  }

  noteAges();
  return {
    state,
    async foldAll(events) {
      for (const event of events) {
        const missing = state.missingFor(event);
        if (missing !== undefined) await bringBack(missing, event.position - 1);
        state.fold(event);
      }
      if (state.rollouts.begins() > noted) noteAges();
      if (state.position - kept >= KEEP_EVERY) keep();
    },
    async recall(id) {
      const { past, all } = state.rollouts;
      if (past.has(id) && !all.has(id)) await bringBack(id, state.position);
      touch(id);
      return all.get(id);
    },
    ...{ touch, ageOf, keep },
  };
}
