import type { Rollout } from "../../domain/rollouts/rollout.ts";
import { createAges } from "../ages.ts";
import type { Clock } from "../ports.ts";
import type { Projections } from "../projections.ts";

type Work = Rollout["relayWork"];

/** The turns of relays with the ages of their times, so that no deadline of theirs depends on what people do to the wall clock. */
export interface TurnAges {
  /** Its turn as seen from now: each time is so many ms below 0. */
  fromNow(rollout: Pick<Rollout, "id" | "relayWork">): Work;
  stop(): void;
}

export function createTurnAges({
  projections,
  clock,
}: {
  readonly projections: Projections;
  readonly clock: Clock;
}): TurnAges {
  const ages = createAges(clock);

  function fromNow({ id, relayWork }: Pick<Rollout, "id" | "relayWork">): Work {
    const { turn } = relayWork;
    if (!turn) return relayWork;
    const at = (name: string, since: number) => -ages.of(`${id} ${name}`, since);
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

  // Each is seen as soon as it is there, so that no jump comes in between.
  const ignore = projections.onChange((events) => {
    for (const { stream, type } of events) {
      const rollout = type.startsWith("relay.") ? projections.rollouts.get(stream.slice("rollout.".length)) : undefined;
      if (rollout) fromNow(rollout);
    }
  });
  for (const rollout of projections.rollouts.values()) fromNow(rollout);

  return { fromNow, stop: ignore };
}
