import { WebAPIPlatformError, WebAPIRateLimitedError, type WebClient } from "@slack/web-api";
import { type Clock, type People, type Person, SlackError } from "../../core/ports.ts";
import { createAgedReads } from "./aged-reads.ts";
import type { WhoAmI } from "./self.ts";
import { toSlackError } from "./slack-error.ts";

const PEOPLE_TTL = 60_000;
const MAX_PEOPLE = 1_000;
/** Slack counts requests by the minute, so after this time it has allowed others. */
const MAX_WAIT = 90_000;
/** Slack describes about a hundred people a minute, so more than these would not be described within MAX_WAIT. */
const MAX_WAITING = 150;

interface SlackPeople extends People {
  /** Whether people may wait until Slack allows more requests. If they may not any more, those who wait are refused. */
  letWait(may: boolean): void;
}

/** People through users.info, remembered for a minute at most. */
export function createPeople({
  client,
  clock,
  whoAmI,
  maxWaiting = MAX_WAITING,
}: {
  readonly client: WebClient;
  readonly clock: Clock;
  readonly whoAmI: WhoAmI;
  /** How many wait at most until Slack allows more requests. */
  readonly maxWaiting?: number;
}): SlackPeople {
  const known = createAgedReads<Person>({ clock, max: MAX_PEOPLE, ttl: PEOPLE_TTL });
  /** When (monotonic) Slack allows requests again. */
  let allowedAt = 0;
  let line: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let mayWait = true;
  /** Ends the pause of the first in the line. */
  let endPause = () => {};

  async function read(slackId: string): Promise<Person | undefined> {
    let answer: Awaited<ReturnType<typeof client.users.info>>;
    try {
      answer = await client.users.info({ user: slackId });
    } catch (error) {
      if (error instanceof WebAPIRateLimitedError) allowedAt = clock.monotonic() + error.retryAfter * 1_000;
      if (
        error instanceof WebAPIPlatformError &&
        (error.data.error === "user_not_found" || error.data.error === "user_not_visible")
      )
        return undefined;
      throw toSlackError("describe a person", error);
    }
    const { user } = answer;
    if (!user?.id) return undefined;
    const { team } = await whoAmI();
    return {
      id: user.id,
      teamId: user.team_id ?? "",
      name: user.name ?? user.id,
      email: user.profile?.email,
      kind: kindOf(user, team),
      zone: user.tz,
    };
  }

  async function pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve);
      endPause = () => {
        cancel();
        resolve();
      };
    });
  }

  /** Asks until Slack allows it, as long as that is before `until`. @param refusal why it did not so far. */
  async function askAgain<T>(ask: () => Promise<T>, until: number, refusal: unknown): Promise<T> {
    const ms = allowedAt - clock.monotonic();
    if (ms > 0 && mayWait) await pause(ms);
    if (!mayWait) throw refusal;
    try {
      return await ask();
    } catch (error) {
      if (!isRateLimit(error) || allowedAt > until) throw error;
      return await askAgain(ask, until, error);
    }
  }

  return {
    async person(slackId, maxAge, onWait) {
      const ask = () => known(slackId, () => read(slackId), maxAge);
      if (!onWait) return await ask();
      try {
        return await ask();
      } catch (error) {
        const wait = allowedAt - clock.monotonic();
        if (!isRateLimit(error) || wait > MAX_WAIT || waiting >= maxWaiting || !mayWait) throw error;
        onWait(wait);
        const until = clock.monotonic() + MAX_WAIT;
        // One after the other: those who wait together do not all ask again at once.
        waiting += 1;
        const turn = line.then(() => askAgain(ask, until, error));
        line = turn
          .catch(() => undefined)
          .finally(() => {
            waiting -= 1;
          });
        return await turn;
      }
    },
    letWait(may) {
      mayWait = may;
      if (!may) endPause();
    },
  };
}

function isRateLimit(error: unknown): boolean {
  return error instanceof SlackError && error.code === "ratelimited";
}

interface Flags {
  readonly id?: string | undefined;
  readonly team_id?: string | undefined;
  readonly deleted?: boolean | undefined;
  readonly is_bot?: boolean | undefined;
  readonly is_restricted?: boolean | undefined;
  readonly is_ultra_restricted?: boolean | undefined;
  readonly is_stranger?: boolean | undefined;
}

/** Deny by default: whoever is not plainly a member of this workspace is something else. */
function kindOf(user: Flags, team: string): Person["kind"] {
  if (user.deleted) return "deleted";
  if (user.is_bot || user.id === "USLACKBOT") return "bot";
  if (user.is_stranger || user.team_id !== team) return "stranger";
  if (user.is_restricted || user.is_ultra_restricted) return "guest";
  return "member";
}
