import type { Halter, PendingStops } from "../../conversation/pending-stops.ts";
import { UserError } from "../../core/user-error.ts";
import { LedgerUnwritable } from "../../model/ledger-port.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { Projections } from "../../projections/projections.ts";
import { rolloutById } from "../../projections/rollout-by-id.ts";
import { canBeDone } from "./act.ts";
import type { Halt } from "./halts.ts";

export interface WriteHaltPorts {
  readonly projections: Projections;
  readonly pendingStops: PendingStops;
}

/** Writes that these are paused or stopped, as they are in the transaction; those that it was. What cannot be written now is kept. Throws UserError. */
export async function writeHalt(
  { act, event }: Pick<Halt, "act" | "event">,
  chosen: readonly Rollout[],
  who: Halter,
  { projections, pendingStops }: WriteHaltPorts,
): Promise<readonly Rollout[]> {
  let done: readonly Rollout[] = [];
  const decide = () => {
    done = chosen.filter(({ id }) => {
      const rollout = rolloutById(projections, id);
      return rollout !== undefined && canBeDone(act, rollout);
    });
    return done.map(({ id }) => ({ stream: `rollout.${id}`, ...who, events: [event(who.actor)] }));
  };
  try {
    await projections.change(decide);
  } catch (error) {
    if (!(error instanceof LedgerUnwritable)) throw error;
    for (const { id } of done) pendingStops.keep(id, who, event(who.actor));
    const what = `${act.verb} of ${done.map(({ id }) => id).join(", ")}`;
    throw new UserError(
      "ledger-unwritable",
      projections.isShared
        ? `${error.message} Drydock records your ${what} as soon as it can. Until then another replica may start upgrades: repeat it until Drydock confirms it.`
        : `${error.message} No upgrade starts until it can. Your ${what} holds, and Drydock records it as soon as it can. If Drydock restarts before, repeat it.`,
    );
  }
  return done;
}
