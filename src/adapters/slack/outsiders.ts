import { WebAPIRateLimitedError, type WebClient } from "@slack/web-api";
import { createCache } from "../../core/cache.ts";
import type { Clock, People } from "../../core/ports.ts";
import { pages } from "./pages.ts";
import type { WhoAmI } from "./self.ts";

const MINUTE = 60_000;
const MAX_TTL = 10 * MINUTE;
const PAGE = 1_000;
/** Of about a hundred calls of users.info a minute: the rest is for people who press and for the owners of what runs. */
const SINGLE_READS = 60;
/** A member may become a guest: Drydock looks again at this many members a minute, in all channels together. */
const AGAIN = 25;
const MAX_KNOWN = 10_000;
const MAX_WAITS = 3;

interface Known {
  /** When the person is looked at again (monotonic). */
  readonly until: number;
  readonly alone: boolean;
}

/** Finds people who are not plainly members of this workspace, within one budget for all channels. */
export interface Outsiders {
  isAnyOf(members: readonly string[]): Promise<boolean>;
}

export function createOutsiders({
  client,
  people,
  clock,
  whoAmI,
}: {
  readonly client: WebClient;
  readonly people: People;
  readonly clock: Clock;
  readonly whoAmI: WhoAmI;
}): Outsiders {
  /** Plain members. */
  const known = createCache<Known>({ clock, max: MAX_KNOWN, ttl: MAX_TTL });
  const listed = createCache<List>({ clock, max: 1, ttl: MAX_TTL });
  let reads: number[] = [];

  function spend(count: number): boolean {
    const now = clock.monotonic();
    reads = reads.filter((at) => at > now - MINUTE);
    if (reads.length + count > SINGLE_READS) return false;
    for (let i = 0; i < count; i += 1) reads.push(now);
    return true;
  }

  /** A person about whom Slack says nothing is an outsider. */
  async function isOutsider(id: string): Promise<boolean> {
    const kind = (await people.person(id))?.kind;
    return kind !== "member" && kind !== "bot" && kind !== "deleted";
  }

  /** The more people are looked at one by one, the less often each of them is. */
  async function lookAtEach(members: readonly string[]): Promise<boolean> {
    const asked = clock.monotonic();
    if ((await Promise.all(members.map(isOutsider))).some(Boolean)) return true;
    const others = [...known.entries()].filter(([id, { alone }]) => alone && !members.includes(id)).length;
    const until = asked + Math.min(MAX_TTL, Math.max(MINUTE, ((others + members.length) / AGAIN) * MINUTE));
    for (const id of members) known.set(id, { until, alone: true });
    return false;
  }

  /** Only the outsiders are kept, because they are few. */
  async function readList(): Promise<List> {
    const at = clock.monotonic();
    const ids = new Set<string>();
    let pagesRead = 0;
    const { team } = await whoAmI();
    await pages(
      "list people",
      (cursor) => patiently(() => client.users.list({ limit: PAGE, ...cursor })),
      ({ members }) => {
        pagesRead += 1;
        for (const user of members ?? [])
          if (user.id && (user.is_restricted || user.is_ultra_restricted || user.team_id !== team)) ids.add(user.id);
      },
    );
    return { ids, until: at + pagesRead * MINUTE };
  }

  /** Slack takes about twenty pages a minute: a long list that began anew after each refusal would never be read. */
  async function patiently<T>(read: () => Promise<T>): Promise<T> {
    for (let waits = 0; ; waits += 1) {
      try {
        return await read();
      } catch (error) {
        if (!(error instanceof WebAPIRateLimitedError) || waits === MAX_WAITS) throw error;
        await new Promise<void>((resolve) => clock.after(error.retryAfter * 1_000, resolve));
      }
    }
  }

  async function lookAtList(members: readonly string[]): Promise<boolean> {
    const before = listed.get("workspace");
    const forceRefresh = before !== undefined && clock.monotonic() >= before.until;
    const { ids, until } = await listed.forceFetch("workspace", { context: readList, forceRefresh });
    if (members.some((id) => ids.has(id))) return true;
    for (const id of members) known.set(id, { until, alone: false });
    return false;
  }

  return {
    /** Few are looked at one by one. For many the whole workspace is listed, which large ones do not allow often. */
    async isAnyOf(members) {
      const { user: self } = await whoAmI();
      const now = clock.monotonic();
      const due = members.filter((id) => id !== self && now >= (known.get(id)?.until ?? 0));
      if (due.length === 0) return false;
      return spend(due.length) ? lookAtEach(due) : lookAtList(due);
    },
  };
}

interface List {
  readonly ids: ReadonlySet<string>;
  /** The larger the workspace, the longer it is good (monotonic). */
  readonly until: number;
}
