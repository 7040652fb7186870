import type { ServerName } from "../core/ports.ts";
import { isOpen, type Rollout } from "../model/rollout/rollout.ts";

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
