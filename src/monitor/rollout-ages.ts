import { createAges } from "../core/ages.ts";
import { jumpBetween, type Moment } from "../core/clock-jump.ts";
import type { Clock } from "../core/ports.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { createWatchedScale, type WatchedScale } from "./watched-scale.ts";

/** How long rollouts took that this process has seen from their start. */
export interface RolloutDurations {
  /** In ms; null if the wall clock jumped or the machine slept meanwhile, undefined if this process has not seen its start. */
  of(rollout: Pick<Rollout, "id">): number | null | undefined;
  stop(): void;
}

export function createRolloutDurations({
  projections,
  clock,
}: {
  readonly projections: Pick<Projections, "onChange">;
  readonly clock: Clock;
}): RolloutDurations {
  const starts = new Map<string, Moment>();
  const moment = () => ({ wall: clock.now(), monotonic: clock.monotonic() });

  const ignore = projections.onChange((events) => {
    for (const { stream, type } of events) {
      if (type === "rollout.started") starts.set(stream, moment());
      if (type === "rollout.ended") starts.delete(stream);
    }
  });

  return {
    of({ id }) {
      const start = starts.get(`rollout.${id}`);
      const now = moment();
      return start && (jumpBetween(start, now) === 0 ? now.monotonic - start.monotonic : null);
    },
    stop: ignore,
  };
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
  const ignore = projections.onChange((events) => {
    for (const { stream, type } of events) {
      if (type !== "rollout.paused") continue;
      ages.keepOnly(new Set(projections.openRollouts().map(({ id }) => id)));
      const rollout = projections.rollouts.get(stream.slice("rollout.".length));
      if (rollout) pausedFor(rollout);
    }
  });
  for (const rollout of projections.openRollouts()) pausedFor(rollout);
  return { pausedFor, stop: ignore };
}

type Work = Rollout["relayWork"];
/** `reported` counts while the server shows its relays, `answered` while it answers at all. */
type Scale = "reported" | "answered";
type Mark = Readonly<Record<Scale, number>> & { readonly since: number };

/** So many intervals of a gap between two looks count. */
const MAX_GAP = 2;

/**
 * The turns of relays with the ages of their times. They count what this process has watched, so that no clock that people set, no
 * machine that slept and no server that was away ends a turn. A restart begins anew: it keeps people waiting longer, and fails no relay.
 */
export interface TurnAges {
  /** The server has answered, and `reported` its relays. @param asked when it was asked (monotonic). */
  looked(server: ManagedServer, asked: number, reported: boolean): void;
  /** The rollout's turn as seen from now: each time is so many ms below 0. */
  fromNow(server: ManagedServer, rollout: Pick<Rollout, "id" | "relayWork">, scale: Scale): Work;
  stop(): void;
}

export function createTurnAges({
  projections,
  clock,
}: {
  readonly projections: Projections;
  readonly clock: Clock;
}): TurnAges {
  const scales = new Map<string, Readonly<Record<Scale, WatchedScale>>>();
  const marks = new Map<string, Mark>();

  function scalesOf({ name, watch }: ManagedServer): Readonly<Record<Scale, WatchedScale>> {
    const fresh = () => createWatchedScale(clock.monotonic(), () => MAX_GAP * watch.fleet);
    const found = scales.get(name) ?? { reported: fresh(), answered: fresh() };
    scales.set(name, found);
    return found;
  }

  function fromNow(server: ManagedServer, { id, relayWork }: Pick<Rollout, "id" | "relayWork">, scale: Scale): Work {
    const { turn } = relayWork;
    if (!turn) return relayWork;
    const now = clock.monotonic();
    const { reported, answered } = scalesOf(server);
    const at = (name: string, since: number) => {
      const key = `${id} ${name}`;
      const known = marks.get(key);
      const mark = known?.since === since ? known : { since, reported: reported.at(now), answered: answered.at(now) };
      marks.set(key, mark);
      return mark[scale] - (scale === "reported" ? reported : answered).at(now);
    };
    const known = (name: string, since: number | undefined) => (since === undefined ? undefined : at(name, since));
    const { asked } = turn;
    return {
      ...relayWork,
      turn: {
        ...turn,
        since: at("since", turn.since),
        asked: asked && { ...asked, at: at("asked", asked.at) },
        begunAt: known("begun", turn.begunAt),
        newSince: known("new", turn.newSince),
        sameSince: known("same", turn.sameSince),
      },
    };
  }

  const ignore = projections.onChange((events) => {
    for (const { stream, type } of events)
      if (type === "rollout.ended") for (const key of marks.keys()) if (key.startsWith(idOf(stream))) marks.delete(key);
  });

  return {
    looked(server, asked, isReported) {
      const { reported, answered } = scalesOf(server);
      answered.looked(asked);
      if (isReported) reported.looked(asked);
    },
    fromNow,
    stop: ignore,
  };
}

function idOf(stream: string): string {
  return `${stream.slice("rollout.".length)} `;
}
