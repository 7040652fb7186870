import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { Board } from "../board.ts";
import { frozenLine } from "../gates/freezes.ts";
import { outrunOf } from "../gates/outrun.ts";
import type { Clock } from "../ports.ts";
import { newestAttempts, progressOf } from "../rollouts/settle.ts";
import type { Slots } from "../servers/slots.ts";
import type { Site } from "../site.ts";
import type { View } from "../view.ts";
import type { CardInput } from "../views/card-input.ts";
import { cardTimes, isTicking } from "../views/card-times.ts";
import { cardView } from "../views/card-view.ts";

/** How old the times on a card may be while nothing else changes, in ms. */
const TIMES_TTL = 60_000;

/** Where a rollout runs, and how that server is now. */
export interface ServerNow {
  readonly site: Site;
  readonly ready: boolean;
  readonly held: string | undefined;
  readonly slots: Slots;
}

export interface Cards {
  /** The rollout's card as it is now. Its server has to be configured. */
  draw(rollout: Rollout): View;
}

/**
 * A clock that ticks is no change. The times on a card are kept until something else on it changes, or for a minute while upgrades
 * are in flight.
 */
export function createCards(ports: {
  readonly board: Board;
  readonly clock: Clock;
  readonly siteOf: (rollout: Rollout) => ServerNow | undefined;
}): Cards {
  const { board, clock } = ports;
  const kept = new Map<string, { readonly times: string; readonly at: number; readonly drawn: string }>();

  function inputOf(rollout: Rollout, { site, ready, held, slots }: ServerNow): Omit<CardInput, "times"> {
    const holding = board.openUpgrades(site.name).filter((upgrade) => upgrade.holdsSlot);
    return {
      rollout,
      policy: site.policy,
      progress: progressOf(board, rollout),
      upgrades: newestAttempts(board, rollout),
      slots,
      here: holding.filter((upgrade) => upgrade.rollout === rollout.id).length,
      serverReady: ready,
      held,
      outrun: outrunOf(board, site, rollout, clock.now()),
      frozen: frozenLine(board, site, clock.now()),
    };
  }

  return {
    draw(rollout) {
      const server = ports.siteOf(rollout);
      if (!server) throw new Error(`${rollout.plan.server} is not configured, so there is no card of ${rollout.id}.`);
      const input = inputOf(rollout, server);
      if (!isTicking(rollout, input.upgrades)) {
        kept.delete(rollout.id);
        return cardView({ ...input, times: undefined });
      }
      const at = clock.monotonic();
      const before = kept.get(rollout.id);
      if (before && at - before.at < TIMES_TTL) {
        const same = cardView({ ...input, times: before.times });
        if (JSON.stringify(same) === before.drawn) return same;
      }
      const times = cardTimes({
        ...input,
        expect: (agent) => board.learned.expect(server.site.name, agent),
        now: clock.now(),
      });
      const view = cardView({ ...input, times });
      kept.set(rollout.id, { times, at, drawn: JSON.stringify(view) });
      return view;
    },
  };
}
