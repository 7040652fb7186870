import type { Posted, Thread } from "../core/ports.ts";
import { CARD } from "../model/message-keys.ts";
import type { CardLinks } from "../people/card-links.ts";
import type { Projections } from "../projections/projections.ts";
import { rolloutById } from "../projections/rollout-by-id.ts";

const MAX_FOLLOWERS = 500;

/** Where a card is, with its link if Slack gives one. */
export interface CardPlace extends Posted {
  readonly url: string | undefined;
  /** Whether only one person reads there. */
  readonly isPrivate: boolean;
}

/** Tells those who asked for a rollout where its card really is: once it is posted, and when it has moved. */
export interface CardFollowers {
  /** @param tell returns whether they still want to know. */
  follow(rollout: string, tell: (place: CardPlace) => boolean): void;
}

interface Follower {
  readonly rollout: string;
  readonly tell: (place: CardPlace) => boolean;
}

export function createCardFollowers(ports: {
  readonly projections: Pick<Projections, "onChange" | "rollouts">;
  readonly thread: Pick<Thread, "isPrivate">;
  readonly links: CardLinks;
}): CardFollowers {
  const { projections, thread, links } = ports;
  let followers: readonly Follower[] = [];

  async function tellAll(rollout: string, card: Posted): Promise<void> {
    const mine = followers.filter((follower) => follower.rollout === rollout);
    if (mine.length === 0) return;
    const url = await links.to(card);
    const isPrivate = thread.isPrivate(card.channel);
    const gone = new Set(mine.filter(({ tell }) => !tell({ ...card, url, isPrivate })));
    followers = followers.filter((follower) => !gone.has(follower));
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
      followers = [...followers, { rollout, tell }].slice(-MAX_FOLLOWERS);
      const card = rolloutById(projections, rollout)?.posts.get(CARD);
      if (card?.ts !== undefined) void tellAll(rollout, { channel: card.channel, ts: card.ts });
    },
  };
}
