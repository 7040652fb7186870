import { createCache } from "../core/cache.ts";
import { type Clock, type Log, type Posted, SlackError, type Thread } from "../core/ports.ts";
import { withTimeout } from "../core/with-timeout.ts";
import { CARD } from "../model/message-keys.ts";
import type { Rollout } from "../model/rollout/rollout.ts";

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
