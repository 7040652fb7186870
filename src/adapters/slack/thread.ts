import { WebAPIRateLimitedError, type WebClient } from "@slack/web-api";
import type { MessageElement } from "@slack/web-api/dist/types/response/ConversationsRepliesResponse.js";
import type { Thread } from "../../core/ports.ts";
import type { View } from "../../core/view.ts";
import { isDirect, isPerson } from "./ids.ts";
import type { Outbox } from "./outbox.ts";
import type { WhoAmI } from "./self.ts";
import { slackError, toSlackError } from "./slack-error.ts";
import { toMessage, toPlainMessage } from "./to-message.ts";

const EVENT_TYPE = "drydock_message";
const PAGE = 200;
const MAX_PAGES = 10;

/** Messages through the Web API. A message carries its key as metadata, by which it is found again, and the key of the view that it shows. */
export function createThread({
  client,
  outbox,
  whoAmI,
}: {
  readonly client: WebClient;
  readonly outbox: Outbox;
  readonly whoAmI: WhoAmI;
}): Thread {
  /** The first message of our own that fits, in the channel or in the thread. */
  async function search(
    asked: { readonly channel: string; readonly thread?: string; readonly since: number },
    fits: (message: MessageElement) => boolean | undefined,
  ): Promise<MessageElement | undefined> {
    const { user: botUser } = await whoAmI();
    const channel = await channelOf(asked.channel);
    const oldest = (asked.since / 1000 - 60).toFixed(6);
    let cursor: string | undefined;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const page = { channel, oldest, limit: PAGE, include_all_metadata: true, ...(cursor ? { cursor } : {}) };
      const answer = await (asked.thread
        ? client.conversations.replies({ ...page, ts: asked.thread })
        : client.conversations.history(page)
      ).catch(rethrow("find a message"));
      const messages = (answer.messages ?? []) as readonly MessageElement[];
      const found = messages.find((message) => message.user === botUser && fits(message));
      if (found) return found;
      cursor = answer.response_metadata?.next_cursor;
      if (!cursor) return undefined;
    }
    return undefined;
  }

  /** A person's id stands for the direct messages with them, which have a channel of their own. */
  async function channelOf(channel: string): Promise<string> {
    if (!isPerson(channel)) return channel;
    const answer = await client.conversations.open({ users: channel }).catch(rethrow("open direct messages"));
    return answer.channel?.id ?? channel;
  }

  return {
    async post({ channel, thread, key, view, plain = false }) {
      const answer = await outbox
        .post(channel, () =>
          rateLimitsApart("post", () =>
            client.chat.postMessage({
              channel,
              ...(plain ? toPlainMessage(view) : toMessage(view)),
              metadata: metadataOf(key, view),
              unfurl_links: false,
              unfurl_media: false,
              ...(thread ? { thread_ts: thread } : {}),
            }),
          ),
        )
        .catch(rethrow("post"));
      if (!answer.ts) throw slackError("no_ts", "Slack posted a message and did not say which.");
      return { channel: answer.channel ?? channel, ts: answer.ts };
    },
    async whisper({ channel, person, view }) {
      await outbox
        .post(`${channel} privately`, () =>
          rateLimitsApart("send a private message", () =>
            client.chat.postEphemeral({ channel, user: person, ...toMessage(view) }),
          ),
        )
        .catch(rethrow("send a private message"));
    },
    isPrivate: isDirect,
    async link({ channel, ts }) {
      const asked = client.chat.getPermalink({ channel, message_ts: ts });
      return (await asked.catch(rethrow("link to a message"))).permalink;
    },
    async find({ key, ...place }) {
      const found = await search(place, (message) => keyOf(message) === key);
      return found?.ts ? { channel: await channelOf(place.channel), ts: found.ts } : undefined;
    },
    async upload({ channel, thread, name, title, text }) {
      await outbox
        .post(`${channel} files`, () =>
          rateLimitsApart("upload a file", () =>
            client.filesUploadV2({ channel_id: channel, thread_ts: thread, filename: name, title, content: text }),
          ),
        )
        .catch(rethrow("upload a file"));
    },
    async hasFile({ channel, thread, name, since }) {
      const found = await search({ channel, thread, since }, (message) =>
        message.files?.some((file) => file.name === name),
      );
      return found !== undefined;
    },
    async edit({ channel, ts, key, draw, pressed = false, plain = false }) {
      await outbox
        .edit(
          `${channel} ${ts}`,
          (isPlain) =>
            rateLimitsApart("edit", () => {
              const view = draw();
              const message = isPlain ? toPlainMessage(view) : toMessage(view);
              return client.chat.update({ channel, ts, ...message, metadata: metadataOf(key, view) });
            }),
          { pressed, plain },
        )
        .catch(rethrow("edit a message"));
    },
  };
}

/** The outbox waits for rate limits by itself; everything else is the port's error. */
async function rateLimitsApart<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw error instanceof WebAPIRateLimitedError ? error : toSlackError(what, error);
  }
}

function rethrow(what: string): (error: unknown) => never {
  return (error) => {
    throw toSlackError(what, error);
  };
}

/** `view` changes with what the message shows: an edit writes both again. */
function metadataOf(key: string, view: View) {
  return { event_type: EVENT_TYPE, event_payload: { key, view: view.key } };
}

function keyOf(message: {
  readonly metadata?: { readonly event_type?: string; readonly event_payload?: object };
}): unknown {
  const { metadata } = message;
  if (metadata?.event_type !== EVENT_TYPE || !metadata.event_payload) return undefined;
  return "key" in metadata.event_payload ? metadata.event_payload.key : undefined;
}
