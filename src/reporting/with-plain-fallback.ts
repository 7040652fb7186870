import { createCache } from "../core/cache.ts";
import { type Clock, type Log, SlackError, type Thread } from "../core/ports.ts";

/** The log does not repeat that Slack refused a message: for at most this many messages, and for this long, in ms. */
const MAX_SAID = 1_000;
const SAID_TTL = 24 * 60 * 60_000;

/** Whether a message can no longer be edited, or a thread be answered, whatever is tried. */
export function isOutOfReach(error: unknown): error is SlackError {
  return error instanceof SlackError && ["gone", "closed", "readers-changed"].includes(error.kind);
}

/** Whether Slack will refuse this message the next time as well, for what it is: another one may go. */
export function isContentRefused(error: unknown): error is SlackError {
  return error instanceof SlackError && error.kind === "refused";
}

/** The same thread: a message that Slack refuses for what it is goes once more, as plain text. The log says so once a day for each message. */
export function withPlainFallback(
  thread: Thread,
  { log, clock }: { readonly log: Log; readonly clock: Clock },
): Thread {
  const said = createCache<true>({ clock, max: MAX_SAID, ttl: SAID_TTL });

  async function orPlain<T>(key: string, send: (plain: boolean) => Promise<T>): Promise<T> {
    try {
      return await send(false);
    } catch (error) {
      if (!isContentRefused(error)) throw error;
      if (!said.has(key)) log.warn({ key, code: error.code }, "Slack refused a message, so it is sent as plain text");
      said.set(key, true);
      return send(true);
    }
  }

  return {
    ...thread,
    post: (message) => orPlain(message.key, (plain) => thread.post(plain ? { ...message, plain } : message)),
    edit: (message) => orPlain(message.key, (plain) => thread.edit(plain ? { ...message, plain } : message)),
  };
}
