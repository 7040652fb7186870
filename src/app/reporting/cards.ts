import type { AgentRef } from "../../domain/agent-ref.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import { blockedAt } from "../../gates/index.ts";
import type { ServerSituation } from "../../gates/server-situation.ts";
import { exceedsWindowFor } from "../gates/exceeds-window.ts";
import type { ManagedServer } from "../managed-server.ts";
import type { Clock } from "../ports.ts";
import type { Projections } from "../projections.ts";
import { newestAttempts, progressOf } from "../rollouts/finish-completed-rollouts.ts";
import { rolloutSituationOf } from "../rollouts/rollout-situation-of.ts";
import type { Slots } from "../servers/slots.ts";
import type { View } from "../view.ts";
import type { CardInput } from "../views/card-input.ts";
import { cardTimes, isTicking } from "../views/card-times.ts";
import { cardView } from "../views/card-view.ts";

/** How old the times on a card may be while nothing else changes, in ms. */
const TIMES_TTL = 60_000;

/** Where a rollout runs, and how that server is now. */
export interface ServerNow {
  readonly server: ManagedServer;
  readonly situation: ServerSituation;
  readonly slots: Slots;
  /** The rollout's agents that wait until a deployment on them ends. */
  readonly busy: readonly AgentRef[];
  /** Why the rollout does not begin though it is approved: something cannot be read. */
  readonly waits: string | undefined;
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
  readonly projections: Projections;
  readonly clock: Clock;
  readonly serverOf: (rollout: Rollout) => ServerNow | undefined;
}): Cards {
  const { projections, clock } = ports;
  const kept = new Map<string, { readonly times: string; readonly at: number; readonly drawn: string }>();

  function inputOf(rollout: Rollout, now: ServerNow): Omit<CardInput, "times"> {
    const { server, situation, slots, busy, waits } = now;
    const point = rollout.status === "requested" ? "proceed" : "dispatch";
    const own = rolloutSituationOf(projections, rollout, clock.now());
    const blocked = [
      ...blockedAt(point, "server", situation, server.policy),
      ...(rollout.status === "running" ? blockedAt("dispatch", "rollout", own, server.policy) : []),
    ];
    const holding = projections.openUpgrades(server.name).filter((upgrade) => upgrade.holdsSlot);
    return {
      rollout,
      policy: server.policy,
      progress: progressOf(projections, rollout),
      upgrades: newestAttempts(projections, rollout),
      slots,
      here: holding.filter((upgrade) => upgrade.rollout === rollout.id).length,
      // A first look takes a moment: a card that told it would change twice with every restart.
      blocked: blocked.filter(({ gate }) => gate !== "looked-around"),
      busy: busy.map(({ name }) => name),
      waits,
      exceedsWindow: exceedsWindowFor(projections, server, rollout, clock.now()),
    };
  }

  return {
    draw(rollout) {
      const server = ports.serverOf(rollout);
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
        expect: (agent) => projections.learned.expect(server.server.name, agent),
        now: clock.now(),
      });
      const view = cardView({ ...input, times });
      kept.set(rollout.id, { times, at, drawn: JSON.stringify(view) });
      return view;
    },
  };
}
