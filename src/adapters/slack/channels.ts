import type { WebClient } from "@slack/web-api";
import { createCache } from "../../core/cache.ts";
import type { Channels, Clock, People } from "../../core/ports.ts";
import { createOutsiders } from "./outsiders.ts";
import { pages } from "./pages.ts";
import type { WhoAmI } from "./self.ts";
import { toSlackError } from "./slack-error.ts";

/** For how long an answer is good, in ms. */
const CHANNEL_TTL = 60_000;
/** For how long it is good where something is to be posted. */
const FRESH = 2_000;
const PAGE = 1_000;

/** Who reads along, through conversations.info, conversations.members, and users.info or users.list. */
export function createChannels(ports: {
  readonly client: WebClient;
  readonly people: People;
  readonly clock: Clock;
  readonly whoAmI: WhoAmI;
}): Channels {
  const { client, clock } = ports;
  const known = createCache<Look>({ clock, max: 500, ttl: CHANNEL_TTL });
  const outsiders = createOutsiders(ports);

  async function hasGuests(channel: string): Promise<boolean> {
    const members: string[] = [];
    await pages(
      "list a channel's members",
      (cursor) => client.conversations.members({ channel, limit: PAGE, ...cursor }),
      (page) => {
        members.push(...(page.members ?? []));
      },
    );
    return outsiders.isAnyOf(members);
  }

  async function read(channel: string, guests: boolean): Promise<Look> {
    const at = clock.monotonic();
    const { channel: info } = await client.conversations.info({ channel }).catch((error: unknown) => {
      throw toSlackError("describe a channel", error);
    });
    const shared = Boolean(
      info?.is_ext_shared || info?.is_pending_ext_shared || info?.is_org_shared || info?.is_shared,
    );
    return { shared, guests: guests && (await hasGuests(channel)), at };
  }

  return {
    look(channel, { guests, fresh = false }) {
      const key = `${channel} ${guests}`;
      const before = known.get(key);
      const forceRefresh = fresh && before !== undefined && clock.monotonic() - before.at > FRESH;
      return known.forceFetch(key, { context: () => read(channel, guests), forceRefresh });
    },
  };
}

interface Look {
  readonly shared: boolean;
  readonly guests: boolean;
  /** When it was asked for. */
  readonly at: number;
}
