import { createAges } from "../core/ages.ts";
import type { Clock } from "../core/ports.ts";
import { decideDueRollout, pauseDue } from "../features/rollout/decide-due-rollouts.ts";
import { reviewDue } from "../model/rollout/decide-review.ts";
import { isOver, type Rollout } from "../model/rollout/rollout.ts";
import type { RolloutEvent } from "../model/rollout/rollout-events.ts";
import { waitingDue } from "../model/rollout/waiting.ts";
import { freezeDue } from "../model/server/freeze.ts";
import type { Today } from "../model/today.ts";
import type { Projections } from "../projections/projections.ts";
import { courseOf } from "../projections/rollout-progress.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { RelayNames } from "../servers/relay-names.ts";
import { todayOn } from "../servers/today-on.ts";

/** Writes down what the time, the rules and a rollout's own course bring: freezes that end, reviews that are open, requests that expire, rollouts that have to wait, canaries that are stable. */
export async function processDeadlines(
  projections: Projections,
  server: ManagedServer,
  ports: {
    readonly clock: Clock;
    readonly pauses: Pick<PauseAges, "pausedFor">;
    readonly relayNames: Pick<RelayNames, "known">;
  },
): Promise<void> {
  const { clock, pauses, relayNames } = ports;
  /** Asked for early, so that they are known when something has to be said. */
  const namesFor = ({ plan }: Rollout) =>
    plan.agents.some(({ relay }) => relay !== undefined) ? relayNames.known(server) : undefined;
  function ownDue(rollout: Rollout, today: Today): readonly RolloutEvent[] {
    if (isOver(rollout) || rollout.status === "stopping") return [];
    const names = namesFor(rollout);
    const course = rollout.status === "running" ? courseOf(projections, rollout, names) : undefined;
    const due = decideDueRollout(rollout, today, course);
    // A new request asks for agents that are waited for as well.
    const isAskedAgain = due.some(({ type }) => type === "rollout.requested");
    const waiting = rollout.plan.waiting && !isAskedAgain ? waitingDue(rollout, today.policy, today.now) : [];
    const events = [...waiting, ...due];
    const hasExpired = due.some(({ type }) => type === "rollout.expired");
    if (events.length > 0 && !hasExpired) return events;
    // Its request may be all that has kept a pause from its end: people are told of both at once.
    const left = hasExpired ? { ...rollout, request: undefined } : rollout;
    return [...events, ...pauseDue(left, today.policy, pauses.pausedFor(rollout) ?? 0)];
  }
  await projections.change(() => {
    const today = todayOn(server, { projections, clock });
    const { now } = today;
    const freeze = freezeDue(projections.claims(server.name).freeze, now);
    return [
      { stream: `server.${server.name}`, actor: "drydock", events: freeze },
      ...projections.openRollouts(server.name).map((rollout) => {
        const events = [...(rollout.review ? reviewDue(rollout.review, now) : []), ...ownDue(rollout, today)];
        return { stream: `rollout.${rollout.id}`, actor: "drydock", events };
      }),
    ];
  });
}

/** For how long rollouts have been paused, whatever people do to the wall clock meanwhile. */
export interface PauseAges {
  /** In ms; undefined if it is not paused. */
  pausedFor(rollout: Rollout): number | undefined;
  stop(): void;
}

export function createPauseAges({
  projections,
  clock,
}: {
  readonly projections: Projections;
  readonly clock: Clock;
}): PauseAges {
  const ages = createAges(clock);
  const pausedFor = ({ id, pause }: Rollout) => pause && ages.of(id, pause.at);

  // Each pause is seen as soon as it is there, so that no jump comes in between.
  const ignore = projections.onChange(
    (events) => {
      for (const { stream, type } of events) {
        if (type !== "rollout.paused") continue;
        ages.keepOnly(new Set(projections.openRollouts().map(({ id }) => id)));
        const rollout = projections.rollouts.get(stream.slice("rollout.".length));
        if (rollout) pausedFor(rollout);
      }
    },
    ["rollout"],
  );
  for (const rollout of projections.openRollouts()) pausedFor(rollout);
  return { pausedFor, stop: ignore };
}
