import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { RolloutFact } from "../../domain/rollouts/rollout-facts.ts";
import type { Board, Change } from "../board.ts";
import { lineText } from "../plain-text.ts";
import { type Posted, SlackError, type Thread } from "../ports.ts";
import type { View } from "../view.ts";

export const CARD = "card";
/** Slack's words for "the bot cannot write there". */
const CLOSED_CHANNELS = new Set([
  "not_in_channel",
  "channel_not_found",
  "is_archived",
  "is_inactive",
  "restricted_action",
]);
/** Slack's words for a message that somebody deleted, or that can be drawn no more for another reason. */
const GONE = new Set(["message_not_found", "cant_update_message", "edit_window_closed"]);
/** How often a card is posted anew in a channel in which somebody deletes it. */
const MOST_CARDS = 3;

export type MessageFact = Extract<RolloutFact, { readonly type: `message.${string}` }>;

/** A rollout's messages in Slack: each is announced in the ledger, posted once, and drawn again as things change. */
export interface Messages {
  /** Shows `view` under `key`: posts it, or edits what was posted under that key. */
  tell(
    rollout: Rollout,
    key: string,
    view: View,
    place: { readonly channel: string; readonly thread?: string },
  ): Promise<Posted>;
  /** Shows the card; where it was deleted or its channel was closed, elsewhere. */
  card(rollout: Rollout, view: View): Promise<Posted>;
  write(rollout: Rollout, fact: MessageFact): Promise<void>;
}

interface Ports {
  readonly board: Board;
  readonly thread: Thread;
  readonly operationsChannel: string | undefined;
}

export function createMessages({ board, thread, operationsChannel }: Ports): Messages {
  const shown = new Map<string, string>();
  const deleted = new Map<string, number>();

  async function tell(
    rollout: Rollout,
    key: string,
    view: View,
    place: { channel: string; thread?: string },
  ): Promise<Posted> {
    const known = board.rollouts.get(rollout.id)?.posts.get(key);
    if (known?.ts !== undefined) {
      const posted = { channel: known.channel, ts: known.ts };
      await redraw(key, posted, view);
      return posted;
    }
    const found =
      known &&
      (await thread.find({ ...place, channel: known.channel, key: `${rollout.id}/${key}`, since: known.announcedAt }));
    if (!known)
      await write(rollout, {
        type: "message.posting",
        data: { key, channel: place.channel, text: lineText(view.summary) },
      });
    const posted = found ?? (await thread.post({ ...place, key: `${rollout.id}/${key}`, view }));
    await write(rollout, { type: "message.posted", data: { key, channel: posted.channel, ts: posted.ts } });
    if (!found) shown.set(`${posted.channel} ${posted.ts}`, JSON.stringify(view));
    return posted;
  }

  async function redraw(key: string, posted: Posted, view: View): Promise<void> {
    const place = `${posted.channel} ${posted.ts}`;
    const drawn = JSON.stringify(view);
    if (shown.get(place) === drawn) return;
    await thread.edit({ ...posted, view }).catch((error: unknown) => {
      // A reply that was deleted, or whose channel was closed, stays as it is: nothing else waits for it.
      if (key === CARD || !isOutOfReach(error)) throw error;
    });
    shown.set(place, drawn);
  }

  function write(rollout: Rollout, fact: MessageFact): Promise<void> {
    return board.change(() => [factChange(rollout.id, fact)]);
  }

  async function card(rollout: Rollout, view: View): Promise<Posted> {
    const known = rollout.posts.get(CARD);
    const channel = known?.channel ?? rollout.channel;
    try {
      return await tell(rollout, CARD, view, { channel });
    } catch (error) {
      const next = nextPlace(rollout.id, error, channel);
      if (next === undefined) throw error;
      await write(rollout, {
        type: "message.posting",
        data: { key: CARD, channel: next, text: lineText(view.summary) },
      });
      return await tell(board.rollouts.get(rollout.id) ?? rollout, CARD, view, { channel: next });
    }
  }

  /**
   * Where a card goes that cannot stay: one that was deleted is posted anew, that of a closed channel, and one that is
   * deleted again and again, in the operations channel.
   */
  function nextPlace(id: string, error: unknown, channel: string): string | undefined {
    if (!isOutOfReach(error)) return undefined;
    const times = deleted.get(id) ?? 0;
    if (GONE.has(error.code) && times < MOST_CARDS) {
      deleted.set(id, times + 1);
      return channel;
    }
    return operationsChannel === channel ? undefined : operationsChannel;
  }

  return { tell, card, write };
}

/** Announced is not enough: Drydock may have ended before it was there. */
export function isPosted(rollout: Rollout, key: string): boolean {
  return rollout.posts.get(key)?.ts !== undefined;
}

/** Whether a message can no longer be edited, whatever is tried. */
export function isOutOfReach(error: unknown): error is SlackError {
  return error instanceof SlackError && (GONE.has(error.code) || CLOSED_CHANNELS.has(error.code));
}

function factChange(rollout: string, fact: MessageFact): Change {
  return { stream: `rollout.${rollout}`, actor: "drydock", facts: [fact] };
}
