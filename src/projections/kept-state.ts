import { createAges } from "../core/ages.ts";
import type { Clock } from "../core/ports.ts";
import type { StoredEvent } from "../model/events.ts";
import type { Ledger } from "../model/ledger-port.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import { createLedgerState, type LedgerState, type SavedState } from "./ledger-state.ts";

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

  function ageOf({ id, startedAt }: Rollout): number {
    return Math.min(ages.of(id, startedAt), Math.max(0, clock.now() - startedAt));
  }

  const touch = (id: string) => state.rollouts.touch(id, clock.monotonic());

  async function bringBack(id: string, position: number): Promise<void> {
    const events = [...(await ledger.read(`rollout.${id}`)), ...(await ledger.readBelow(`upgrade.${id}.`))];
    const known = events.filter((event) => event.position <= position);
    state.bringBack(
      id,
      known.sort((a, b) => a.position - b.position),
    );
  }

  function keep(): void {
    if (state.position === kept) return;
    kept = state.position;
    ledger.keep?.({ position: kept, state: state.save() });
  }

  return {
    state,
    async foldAll(events) {
      for (const event of events) {
        const missing = state.missingFor(event);
        if (missing !== undefined) await bringBack(missing, event.position - 1);
        state.fold(event);
      }
      // Their ages count from when this process first knows of them.
      for (const rollout of state.rollouts.counted()) ageOf(rollout);
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
