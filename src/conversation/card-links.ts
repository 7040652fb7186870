import { createCache } from "../core/bounded-cache.ts";
import { type Clock, type Log, type Posted, SlackError, type Thread } from "../core/ports.ts";
import { withTimeout } from "../core/with-timeout.ts";
import { CARD } from "../model/message-keys.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Projections } from "../projections/projections.ts";

const DAY = 24 * 60 * 60_000;
const MAX_LINKS = 1_000;
/** How long Slack may keep an answer waiting for a link, in ms. */
const TIMEOUT = 2_000;

/** Links to messages. Undefined if Slack gives none, or none in time. */
export interface CardLinks {
  to(message: Posted): Promise<string | undefined>;
  /** To the card of a rollout, if it is posted. */
  of(rollout: Rollout): Promise<string | undefined>;
}

export function createCardLinks({
  thread,
  clock,
  log,
}: {
  readonly thread: Pick<Thread, "link">;
  readonly clock: Clock;
  readonly log: Log;
}): CardLinks {
  const links = createCache<string>({ clock, max: MAX_LINKS, ttl: DAY });

  async function to(message: Posted): Promise<string | undefined> {
    const { channel, ts } = message;
    try {
      const link = links.fetch(`${channel} ${ts}`, { context: () => thread.link({ channel, ts }) });
      return await withTimeout(clock, TIMEOUT, link);
    } catch (error) {
      if (!(error instanceof SlackError)) log.error({ error }, "the link to a card could not be asked for");
      return undefined;
    }
  }

  return {
    to,
    async of({ posts }) {
      const card = posts.get(CARD);
      return card?.ts === undefined ? undefined : to({ channel: card.channel, ts: card.ts });
    },
  };
}

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

  projections.onChange((events) => {
    for (const { stream, type, data } of events)
      if (type === "message.posted" && data.key === CARD && stream.startsWith("rollout."))
        void tellAll(stream.slice("rollout.".length), { channel: data.channel, ts: data.ts });
  });

  return {
    follow(rollout, tell) {
      followers = [...current(), { rollout, tell, until: clock.monotonic() + TTL }].slice(-MAX_FOLLOWERS);
      const card = projections.rollouts.get(rollout)?.posts.get(CARD);
      if (card?.ts !== undefined) void tellAll(rollout, { channel: card.channel, ts: card.ts });
    },
  };
}
