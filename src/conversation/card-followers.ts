import type { Clock, Posted, Thread } from "../core/ports.ts";
import { CARD } from "../model/message-keys.ts";
import type { CardLinks } from "../people/card-links.ts";
import type { Projections } from "../projections/projections.ts";

/** For how long an answer is corrected: Slack takes no more in its place afterwards. */
const TTL = 30 * 60_000;
const MAX_FOLLOWERS = 500;

/** Where a card is, with its link if Slack gives one. */
export interface CardPlace extends Posted {
  readonly url: string | undefined;
  /** Whether only one person reads there. */
  readonly isPrivate: boolean;
}

/** Tells those who asked for a rollout where its card really is: once it is posted, and when it has moved. */
export interface CardFollowers {
  follow(rollout: string, tell: (place: CardPlace) => void): void;
}

interface Follower {
  readonly rollout: string;
  readonly tell: (place: CardPlace) => void;
  readonly until: number;
}

export function createCardFollowers(ports: {
  readonly projections: Pick<Projections, "onChange" | "rollouts">;
  readonly thread: Pick<Thread, "isPrivate">;
  readonly links: CardLinks;
  readonly clock: Clock;
}): CardFollowers {
  const { projections, thread, links, clock } = ports;
  let followers: readonly Follower[] = [];

  const current = () => followers.filter(({ until }) => until > clock.monotonic());

  async function tellAll(rollout: string, card: Posted): Promise<void> {
    const mine = current().filter((follower) => follower.rollout === rollout);
    if (mine.length === 0) return;
    const url = await links.to(card);
    const isPrivate = thread.isPrivate(card.channel);
    for (const { tell } of mine) tell({ ...card, url, isPrivate });
  }

  projections.onChange(
    (events) => {
      for (const { stream, type, data } of events)
        if (type === "message.posted" && data.key === CARD)
          void tellAll(stream.slice("rollout.".length), { channel: data.channel, ts: data.ts });
    },
    ["rollout"],
  );

  return {
    follow(rollout, tell) {
      followers = [...current(), { rollout, tell, until: clock.monotonic() + TTL }].slice(-MAX_FOLLOWERS);
      const card = projections.rollouts.get(rollout)?.posts.get(CARD);
      if (card?.ts !== undefined) void tellAll(rollout, { channel: card.channel, ts: card.ts });
    },
  };
}
