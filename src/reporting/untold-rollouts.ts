import type { StoredEvent } from "../model/events.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import { parseUpgradeId } from "../model/upgrade/upgrade.ts";
import type { Projections } from "../projections/projections.ts";

/** The rollouts of which Slack may not show everything yet. One that is told is left alone until something is written about it. */
export interface UntoldRollouts {
  /** Each of them, as it is now. One that does not concern people any more is left out from now on. */
  look(concerns: (rollout: Rollout) => boolean): readonly Rollout[];
  /** Something was written about a rollout, or about one of its upgrades. */
  follow(events: readonly StoredEvent[]): void;
}

/** After a start nothing says what was told, so the first look takes every rollout. */
export function createUntoldRollouts(projections: Pick<Projections, "rollouts">): UntoldRollouts {
  const untold = new Set(projections.rollouts.keys());

  return {
    look(concerns) {
      const found: Rollout[] = [];
      for (const id of untold) {
        const rollout = projections.rollouts.get(id);
        if (rollout && concerns(rollout)) found.push(rollout);
        else untold.delete(id);
      }
      return found;
    },
    follow(events) {
      for (const { stream } of events) {
        const id = rolloutOf(stream);
        if (id !== undefined) untold.add(id);
      }
    },
  };
}

function rolloutOf(stream: string): string | undefined {
  const dot = stream.indexOf(".");
  const name = stream.slice(dot + 1);
  switch (stream.slice(0, dot)) {
    case "rollout":
      return name;
    case "upgrade":
      return parseUpgradeId(name)?.rollout;
    default:
      return undefined;
  }
}
