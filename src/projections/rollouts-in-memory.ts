import type { ServerName } from "../core/ports.ts";
import type { StoredEvent } from "../model/events.ts";
import { CARD } from "../model/message-keys.ts";
import { evolveRollout } from "../model/rollout/evolve-rollout.ts";
import { isOpen, isOver, type Rollout } from "../model/rollout/rollout.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";
import { type Attempts, createAttempts } from "./attempts.ts";
import {
  createRecentRollouts,
  fitting,
  leaving,
  type PastRollout,
  type RecentRollouts,
  type SavedRecent,
} from "./past-rollouts.ts";

/** Rollouts and their upgrades. Those that are over leave memory by and by, and come back when they are asked for. */
export interface RolloutsInMemory {
  readonly all: ReadonlyMap<string, Rollout>;
  readonly open: Pick<OpenRollouts, "of">;
  /** Rollouts that were taken out of memory, oldest first; some of them may be back. */
  readonly past: ReadonlyMap<string, PastRollout>;
  readonly recent: Pick<RecentRollouts, "passed">;
  readonly attempts: Pick<Attempts, "all" | "of" | "newest" | "open">;
  /** Those that may count for the size of later ones, whether they are in memory or not. */
  counted(): readonly Rollout[];
  /** How many were asked for or started here so far: while this stays, none is new among those that count. */
  begins(): number;
  /** Folds an event of the rollout. It is in memory, or new. */
  fold(id: string, event: StoredEvent): void;
  /** Folds an event of the upgrade, and returns it as it is now. Its rollout is in memory. */
  foldUpgrade(id: string, event: StoredEvent): Upgrade | undefined;
  /** Brings a past rollout back, from its own events and those of its upgrades. */
  bringBack(id: string, events: Iterable<BackEvent>): void;
  /** The rollout was asked for at `now` (monotonic): it stays for some minutes, and longer than those that were asked for before. False if it is not in memory. */
  touch(id: string, now: number): boolean;
  save(): SavedRollouts;
}

/** An event of the upgrade, or of the rollout itself. */
export interface BackEvent {
  readonly upgrade: string | undefined;
  readonly event: StoredEvent;
}

/** All of it, as plain data. */
export interface SavedRollouts {
  readonly rollouts: ReadonlyMap<string, Rollout>;
  readonly open: readonly Rollout[];
  readonly past: ReadonlyMap<string, PastRollout>;
  readonly recent: SavedRecent;
  readonly upgrades: readonly Upgrade[];
}

/** Past rollouts that stay in memory because a person asked for them, at most. */
const MAX_ASKED = { rollouts: 20, agents: 5_000 };
/** For how long one stays in any case, in ms: the command that named it may still be at work. */
const MIN_ASKED = 5 * 60_000;

export function createRolloutsInMemory(saved?: SavedRollouts): RolloutsInMemory {
  const rollouts = new Map(saved?.rollouts);
  const open = createOpenRollouts(saved?.open);
  const past = new Map(saved?.past);
  const recent = createRecentRollouts(saved?.recent);
  const attempts = createAttempts(saved?.upgrades);
  /** Rollouts that were asked for, and when: the newest at the end. */
  const asked = new Map<string, number>();
  let begins = 0;

  function leave(): void {
    recent.forgetOld();
    const here = [...rollouts.values()].filter(({ id }) => !past.has(id));
    for (const rollout of leaving(here, attempts.inRollout)) {
      const { id, posts } = rollout;
      past.set(id, { card: posts.get(CARD) });
      recent.left(rollout);
      if (!asked.has(id)) forget(id);
    }
  }

  function forget(id: string): void {
    rollouts.delete(id);
    attempts.forget(id);
  }

  return {
    ...{ all: rollouts, open, past, recent, attempts },
    counted: () => recent.of(rollouts),
    begins: () => begins,
    fold(id, event) {
      const before = rollouts.get(id);
      const next = evolveRollout(before, event);
      if (!next) return;
      // What is written about is no past rollout any more. Their order is the same whether it was asked for before or not.
      if (past.delete(id)) rollouts.delete(id);
      rollouts.set(id, next);
      open.fold(next);
      if (before?.startedAt !== next.startedAt) {
        recent.begun(id);
        begins += 1;
      }
      if (!before || (isOver(next) && !isOver(before))) leave();
    },
    foldUpgrade(id, event) {
      const next = attempts.fold(id, event);
      if (next) past.delete(next.rollout);
      return next;
    },
    bringBack(id, events) {
      for (const { upgrade, event } of events) {
        if (upgrade !== undefined) attempts.fold(upgrade, event);
        const next = upgrade === undefined && evolveRollout(rollouts.get(id), event);
        if (next) rollouts.set(id, next);
      }
    },
    touch(id, now) {
      if (!rollouts.has(id)) return false;
      asked.delete(id);
      asked.set(id, now);
      const here = [...asked.keys()].flatMap((one) => (past.has(one) ? (rollouts.get(one) ?? []) : []));
      const tooMany = new Set(here.slice(0, here.length - fitting(here, MAX_ASKED)).map((rollout) => rollout.id));
      for (const [old, at] of asked) {
        if (now - at < MIN_ASKED) break;
        if (past.has(old) && !tooMany.has(old)) continue;
        asked.delete(old);
        if (past.has(old)) forget(old);
      }
      return true;
    },
    save: () => ({
      // What was only recalled is not part of it.
      rollouts: new Map([...rollouts].filter(([id]) => !past.has(id))),
      open: open.of(undefined),
      ...{ past, recent: recent.save() },
      upgrades: [...attempts.all.values()].filter(({ rollout }) => !past.has(rollout)),
    }),
  };
}

/** The rollouts with something left to do, kept apart: what looks at them again and again costs the same however many have ended. */
export interface OpenRollouts {
  /** Takes the rollout as it is now. */
  fold(rollout: Rollout): void;
  /** Those of this server, or all of them, in the order in which they were opened. */
  of(server: ServerName | undefined): readonly Rollout[];
}

/** @param saved those that are open already, in their order. */
export function createOpenRollouts(saved: readonly Rollout[] = []): OpenRollouts {
  const open = new Map(saved.map((rollout) => [rollout.id, rollout]));
  return {
    fold(rollout) {
      if (isOpen(rollout)) open.set(rollout.id, rollout);
      else open.delete(rollout.id);
    },
    of(server) {
      return [...open.values()].filter(({ plan }) => server === undefined || plan.server === server);
    },
  };
}
