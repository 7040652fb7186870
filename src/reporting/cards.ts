import { duration } from "../core/format.ts";
import type { Clock } from "../core/ports.ts";
import type { View } from "../core/view.ts";
import type { CardInput } from "../features/contribution.ts";
import { drawCard } from "../features/contributions.ts";
import { keptSlots } from "../features/rollout/kept-slots.ts";
import { exceedsWindowFor } from "../features/rollout/waiting-lines.ts";
import type { Point } from "../gates/gate.ts";
import { blockedAt, shownOf } from "../gates/index.ts";
import { type Capacity, type Expectation, forecastBehindRelays, type Length, median } from "../model/plan/forecast.ts";
import type { PlannedAgent } from "../model/plan/plan.ts";
import { isApproved } from "../model/rollout/request.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";
import type { Projections } from "../projections/projections.ts";
import { progressOf } from "../projections/rollout-progress.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import {
  rolloutSituationOf,
  type ServerStatuses,
  type Slots,
  situationOf,
  slotsOf,
  watchedNow,
} from "../servers/server-status.ts";

/** What is asked for is told what it would wait for; one that has a time, only what would keep it back then. */
function pointOf(rollout: Rollout, { policy }: ManagedServer): Point {
  if (rollout.status !== "requested") return "dispatch";
  return rollout.schedule || isApproved(rollout, policy) ? "proceed" : "request";
}

type Input = Omit<CardInput, "times">;

/** A card as it was drawn last, and from what. */
interface Kept {
  /** The very same values make the same card. */
  readonly from: readonly unknown[];
  readonly times: string;
  readonly at: number;
  readonly view: View;
  readonly drawn: string;
}

/** How old the times on a card may be while nothing else changes, in ms. */
const TIMES_TTL = 60_000;

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
  readonly serverOf: (rollout: Rollout) => ManagedServer | undefined;
  readonly statuses: Pick<ServerStatuses, "of">;
  readonly waitsFor: (rollout: string) => string | undefined;
}): Cards {
  const { projections, statuses, clock } = ports;
  const kept = new Map<string, Kept>();

  function inputOf(rollout: Rollout, server: ManagedServer): Input {
    const status = watchedNow(statuses, server.name);
    const point = pointOf(rollout, server);
    const own = rolloutSituationOf(projections, rollout, clock.now());
    const blocked = [
      ...blockedAt(point, "server", situationOf(server, status, ports), server.policy),
      ...(rollout.status === "running" ? blockedAt("dispatch", "rollout", own, server.policy) : []),
    ];
    const upgrades = projections.newestAttempts(rollout);
    const holding = projections.openUpgrades(server.name).filter((upgrade) => upgrade.holdsSlot);
    const input = {
      rollout,
      policy: server.policy,
      progress: progressOf(projections, rollout),
      upgrades,
      slots: slotsOf(projections, server, status),
      here: holding.filter((upgrade) => upgrade.rollout === rollout.id).length,
      // A first look takes a moment: a card that told it would change twice with every restart.
      blocked: blocked.filter((found) => !shownOf(found).isBrief),
      busy: status?.busy.find((waits) => waits.rollout === rollout.id),
      waits: rollout.request && ports.waitsFor(rollout.id),
      exceedsWindow: exceedsWindowFor(projections, server, rollout, clock.now()),
    };
    return { ...input, kept: keptSlots({ ...input, holding }, server) };
  }

  /** The card that is kept, if it still looks the same with its times, and those are not too old. */
  function asBefore(input: Input, from: Kept["from"]): View | undefined {
    const { id } = input.rollout;
    const before = kept.get(id);
    if (!before || clock.monotonic() - before.at >= TIMES_TTL) return undefined;
    // Most looks find nothing new, and need not draw the card to see that.
    if (from.every((one, i) => one === before.from[i])) return before.view;
    if (JSON.stringify(drawCard({ ...input, times: before.times })) !== before.drawn) return undefined;
    kept.set(id, { ...before, from });
    return before.view;
  }

  return {
    draw(rollout) {
      const server = ports.serverOf(rollout);
      if (!server) throw new Error(`${rollout.plan.server} is not configured, so there is no card of ${rollout.id}.`);
      const input = inputOf(rollout, server);
      const { policy, upgrades, ...facts } = input;
      if (!isTicking(rollout, upgrades)) {
        kept.delete(rollout.id);
        return drawCard({ ...input, times: undefined });
      }
      const from = [rollout, policy, upgrades, JSON.stringify({ ...facts, rollout: undefined })];
      const before = asBefore(input, from);
      if (before) return before;
      const times = cardTimes({
        ...input,
        perRelay: server.limits.perRelay,
        expect: (agent) => projections.learned.expect(server.name, agent),
        now: clock.now(),
      });
      const view = drawCard({ ...input, times });
      kept.set(rollout.id, { from, times, at: clock.monotonic(), view, drawn: JSON.stringify(view) });
      return view;
    },
  };
}

/** Whether time passes for this rollout: upgrades are in flight, and it is not paused. */
export function isTicking({ status }: Rollout, upgrades: readonly Upgrade[]): boolean {
  if (status !== "running" && status !== "stopping") return false;
  return upgrades.some((upgrade) => upgrade.outcome === undefined);
}

/** `Running for 3 min, about 12 min left, ` */
export function cardTimes(given: {
  readonly rollout: Rollout;
  readonly upgrades: readonly Upgrade[];
  readonly slots: Slots;
  readonly perRelay: number;
  readonly expect: (agent: PlannedAgent) => Expectation;
  readonly now: number;
}): string {
  const { rollout, upgrades, slots, perRelay, now } = given;
  const open = Math.max(1, Math.min(rollout.plan.options.slots, slots.open));
  const here = learnedHere(upgrades);
  const begun = new Map(upgrades.map((upgrade) => [upgrade.agent.id, upgrade]));
  const left = rollout.plan.agents.flatMap((agent) => {
    const upgrade = begun.get(agent.id);
    if (upgrade ? upgrade.outcome : rollout.status === "stopping") return [];
    const expected = given.expect(agent);
    // What this rollout itself has shown is nearer than a guess.
    const length = expected.learned ? expected.ms : (here ?? expected.ms);
    const ms = upgrade ? Math.min(length, Math.max(0, length - (now - upgrade.intendedAt))) : length;
    return [{ ms, relay: agent.relay }];
  });
  const guessed = here === undefined && !rollout.plan.agents.some((agent) => given.expect(agent).learned);
  return `Running for ${duration(now - rollout.startedAt)}, ${leftIn(left, { slots: open, perRelay })}${guessed ? " (guessed)" : ""}.`;
}

/** What is in flight may take longer than anything before it did: then nobody can say how long. */
function leftIn(left: readonly Length[], capacity: Capacity): string {
  const ms = forecastBehindRelays(left, capacity);
  return left.length > 0 && ms === 0 ? "longer than expected" : `about ${duration(ms)} left`;
}

/** The median of what this rollout's upgrades took; undefined before the first is done. */
function learnedHere(upgrades: readonly Upgrade[]): number | undefined {
  const durations = upgrades.flatMap(({ took }) => took ?? []);
  return durations.length > 0 ? median(durations) : undefined;
}
