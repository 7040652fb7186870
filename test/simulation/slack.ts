import { WebAPIRateLimitedError } from "@slack/web-api";
import { isDirect } from "../../src/adapters/slack/ids.ts";
import { createOutbox } from "../../src/adapters/slack/outbox.ts";
import { slackError } from "../../src/adapters/slack/slack-error.ts";
import type { Clock, Posted, Thread } from "../../src/core/ports.ts";
import type { View } from "../../src/core/view.ts";
import { textOf } from "../../src/core/view.ts";

interface SimMessage {
  readonly key: string;
  readonly posted: Posted;
  readonly thread: string | undefined;
  view: View;
  plain: boolean;
}

interface SimCall {
  readonly method: "post" | "edit" | "find";
  readonly channel: string;
  readonly thread?: string;
  readonly key?: string;
  readonly ts?: string;
  readonly plain?: boolean;
}

/** A Slack that loses answers: what it was asked to do it may have done all the same. */
export interface SimSlack {
  readonly thread: Thread;
  readonly messages: readonly SimMessage[];
  /** The share of calls that fail, 0 to 1. */
  trouble: number;
  /** Slack's word for why it never does this, if it does not; a number is a rate limit's Retry-After in seconds. */
  refuses: (call: SimCall) => string | number | undefined;
  text(key: string): string | undefined;
  view(key: string): View;
  /** A message that an earlier Slack has taken; what it shows is not known until it is edited. */
  restore(message: Pick<SimMessage, "key" | "posted">): void;
}

/** @param begin what the first message's `ts` follows: no two Slacks of one ledger give the same. */
export function createSimSlack(fraction: () => number, begin: number): SimSlack {
  const messages: SimMessage[] = [];
  const files = new Set<string>();
  let clock = begin;

  /** Half of what fails was done before the answer was lost. */
  async function call<T>(work: () => T, asked?: SimCall): Promise<T> {
    const refusal = asked && slack.refuses(asked);
    if (typeof refusal === "number") throw new WebAPIRateLimitedError(refusal);
    if (refusal !== undefined) throw slackError(refusal, `Slack refused: ${refusal}`);
    if (fraction() >= slack.trouble) return work();
    if (fraction() < 0.5) work();
    throw slackError("unreachable", "Slack gave no answer");
  }

  const slack: SimSlack = {
    messages,
    trouble: 0,
    refuses: () => undefined,
    text: (key) => {
      const found = messages.findLast((message) => message.key === key);
      return found && textOf(found.view);
    },
    view(key) {
      const found = messages.find((message) => message.key === key);
      if (!found)
        throw new Error(`Nothing was posted as ${key}, but: ${messages.map((message) => message.key).join(", ")}`);
      return found.view;
    },
    restore: (message) =>
      void messages.push({
        ...message,
        thread: undefined,
        view: { key: "restored", summary: [], parts: [] },
        plain: false,
      }),
    thread: {
      post: ({ channel, thread, key, view, plain = false }) =>
        call(
          () => {
            clock += 1;
            // A person's id stands for the direct messages with them.
            const posted = { channel: channel.replace(/^U/, "D"), ts: `${clock}.0` };
            messages.push({ key, posted, thread, view, plain });
            return posted;
          },
          { method: "post", channel, key, plain, ...(thread ? { thread } : {}) },
        ),
      whisper: () => call(() => {}),
      isPrivate: isDirect,
      link: ({ channel, ts }) => call(() => `https://slack.example/${channel}/${ts}`),
      find: ({ key, channel, thread }) =>
        call(
          () =>
            messages.find(
              (sent) =>
                sent.key === key && sent.posted.channel === channel.replace(/^U/, "D") && sent.thread === thread,
            )?.posted,
          { method: "find", channel, key, ...(thread ? { thread } : {}) },
        ),
      upload: ({ name }) => call(() => void files.add(name)),
      hasFile: ({ name }) => call(() => files.has(name)),
      edit: ({ channel, ts, draw, plain = false }) =>
        call(
          () => {
            const found = messages.find(({ posted }) => posted.ts === ts);
            if (found) Object.assign(found, { view: draw(), plain });
          },
          { method: "edit", channel, ts, plain },
        ),
    },
  };
  return slack;
}

/** Through the outbox, as messages leave for Slack itself. */
export function paced(thread: Thread, clock: Clock): Thread {
  const outbox = createOutbox({ clock });
  return {
    ...thread,
    post: (message) => outbox.post(message.channel, () => thread.post(message)),
    edit: ({ pressed = false, plain = false, ...message }) =>
      outbox.edit(message.ts, (isPlain) => thread.edit({ ...message, plain: isPlain }), { pressed, plain }),
  };
}
