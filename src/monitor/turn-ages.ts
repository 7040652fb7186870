import type { Clock } from "../core/ports.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { createWatchedScale, type WatchedScale } from "./watched-scale.ts";

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
}

export function createTurnAges({
  projections,
  clock,
}: {
  readonly projections: Pick<Projections, "rollouts">;
  readonly clock: Clock;
}): TurnAges {
  const scales = new Map<string, Readonly<Record<Scale, WatchedScale>>>();
  /** By rollout. */
  const marks = new Map<string, Map<string, Mark>>();

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
    const ofTurn = marks.get(id) ?? new Map<string, Mark>();
    marks.set(id, ofTurn);
    const at = (name: string, since: number) => {
      const known = ofTurn.get(name);
      const mark = known?.since === since ? known : { since, reported: reported.at(now), answered: answered.at(now) };
      ofTurn.set(name, mark);
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

  return {
    looked(server, asked, isReported) {
      const { reported, answered } = scalesOf(server);
      answered.looked(asked);
      if (isReported) reported.looked(asked);
      for (const id of marks.keys()) if (!projections.rollouts.get(id)?.relayWork.turn) marks.delete(id);
    },
    fromNow,
  };
}
