import type { WebClient } from "@slack/web-api";
import { createCache } from "../../core/bounded-cache.ts";
import type { Channels, Clock, People } from "../../core/ports.ts";
import { slackError, toSlackError } from "./failure.ts";
import type { WhoAmI } from "./self.ts";

/** For how long an answer is good, in ms. */
const CHANNEL_TTL = 60_000;
/** For how long it is good where something is to be posted. */
const FRESH = 2_000;
const MAX_PEOPLE_TTL = 10 * 60_000;
const PAGE = 1_000;
/** users.info takes about a hundred calls a minute. */
const FEW = 60;
/** A member may become a guest. In a minute so many are asked about again, or one page of the workspace's people is read. */
const PER_MINUTE = 25;
const MAX_PAGES = 30;

/** Who reads along, through conversations.info, conversations.members, and users.info or users.list. */
export function createChannels({
  client,
  people,
  clock,
  whoAmI,
}: {
  readonly client: WebClient;
  readonly people: People;
  readonly clock: Clock;
  readonly whoAmI: WhoAmI;
}): Channels {
  const known = createCache<Look>({ clock, max: 500, ttl: CHANNEL_TTL });
  /** Channels whose members were all of this workspace, and when that was found. */
  const clean = createCache<{ readonly ids: ReadonlySet<string>; readonly at: number }>({
    clock,
    max: 500,
    ttl: MAX_PEOPLE_TTL,
  });
  const outsiders = createCache<Outsiders>({ clock, max: 1, ttl: MAX_PEOPLE_TTL });

  /** Everybody who is not plainly a member of this workspace: few, so that the list of them is kept and not that of all. */
  async function readOutsiders(): Promise<Outsiders> {
    const at = clock.monotonic();
    const ids = new Set<string>();
    let pagesRead = 0;
    const { team } = await whoAmI();
    await pages(
      "list people",
      (cursor) => client.users.list({ limit: PAGE, ...cursor }),
      ({ members }) => {
        pagesRead += 1;
        for (const user of members ?? [])
          if (user.id && (user.is_restricted || user.is_ultra_restricted || user.team_id !== team)) ids.add(user.id);
      },
    );
    return { ids, until: at + pagesRead * CHANNEL_TTL };
  }

  /** Few members are looked at one by one; for many the whole workspace is listed, which large ones do not allow often. */
  async function hasGuests(channel: string): Promise<boolean> {
    const members: string[] = [];
    await pages(
      "list a channel's members",
      (cursor) => client.conversations.members({ channel, limit: PAGE, ...cursor }),
      (page) => {
        members.push(...(page.members ?? []));
      },
    );
    // Slack is asked at once about those who have joined since: about everybody each time would be too often for it.
    const found = clean.get(channel);
    const before = found && clock.monotonic() - found.at < ttlOf(found.ids.size) ? found : undefined;
    const at = before?.at ?? clock.monotonic();
    const unknown = before ? members.filter((id) => !before.ids.has(id)) : members;
    const guests =
      (unknown.length <= FEW && (await isAnyOutsider(unknown))) ||
      (members.length > FEW && (await isOneListed(members)));
    if (!guests) clean.set(channel, { ids: new Set(members), at });
    return guests;
  }

  async function isOneListed(members: readonly string[]): Promise<boolean> {
    const before = outsiders.get("workspace");
    const forceRefresh = before !== undefined && clock.monotonic() >= before.until;
    const { ids } = await outsiders.forceFetch("workspace", { context: readOutsiders, forceRefresh });
    return members.some((id) => ids.has(id));
  }

  /** Somebody whom Slack does not tell about is an outsider. */
  async function isAnyOutsider(members: readonly string[]): Promise<boolean> {
    const kinds = await Promise.all(members.map(async (id) => (await people.person(id))?.kind));
    return kinds.some((kind) => kind !== "member" && kind !== "bot" && kind !== "deleted");
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

/** For how long members who were looked at one by one are known, in ms. */
function ttlOf(members: number): number {
  return Math.min(MAX_PEOPLE_TTL, Math.max(CHANNEL_TTL, (members / PER_MINUTE) * CHANNEL_TTL));
}

interface Outsiders {
  readonly ids: ReadonlySet<string>;
  /** The larger the workspace, the longer it is good (monotonic). */
  readonly until: number;
}

interface Look {
  readonly shared: boolean;
  readonly guests: boolean;
  /** When it was asked for. */
  readonly at: number;
}

interface Page {
  readonly response_metadata?: { readonly next_cursor?: string };
}

async function pages<P extends Page>(
  what: string,
  read: (cursor: { readonly cursor?: string }) => Promise<P>,
  take: (page: P) => void,
): Promise<void> {
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await read(cursor ? { cursor } : {}).catch((error: unknown) => {
      throw toSlackError(what, error);
    });
    take(answer);
    cursor = answer.response_metadata?.next_cursor;
    if (!cursor) return;
  }
  throw slackError("too_many", `There are more than ${MAX_PAGES * PAGE} people to look at.`);
}
