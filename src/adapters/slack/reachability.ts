import { WebAPIRateLimitedError, type WebClient } from "@slack/web-api";
import { createCache } from "../../core/cache.ts";
import type { MissingCode } from "../../core/missing.ts";
import type { Clock } from "../../core/ports.ts";
import { withTimeout } from "../../core/with-timeout.ts";
import { isRefusal } from "./slack-error.ts";

/** For how long one answer counts, in ms: probes may come every second. */
const ANSWER_TTL = 10_000;
/** A probe waits no longer for Slack, in ms. */
const TIMEOUT = 3_000;

/** In a box, so that "nothing is missing" is kept too. */
interface Found {
  readonly code: MissingCode | undefined;
}

/** Says what is wrong with the way to Slack's Web API, if anything is. It asks Slack itself: a quiet bot learns of an outage from nothing else. */
export function createReachability({ client, clock }: { readonly client: WebClient; readonly clock: Clock }) {
  const kept = createCache<Found>({ clock, max: 1, ttl: ANSWER_TTL });

  async function ask(): Promise<Found> {
    try {
      const answer = await withTimeout(clock, TIMEOUT, client.auth.test());
      return { code: answer ? undefined : "slack-not-answering" };
    } catch (error) {
      if (error instanceof WebAPIRateLimitedError) return { code: undefined };
      return { code: isRefusal(error) ? "slack-token-refused" : "slack-not-answering" };
    }
  }

  return async (): Promise<MissingCode | undefined> => (await kept.forceFetch("slack", { context: ask })).code;
}
