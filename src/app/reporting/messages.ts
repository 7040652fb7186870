import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { RolloutFact } from "../../domain/rollouts/rollout-facts.ts";
import type { Board, Change } from "../board.ts";
import { lineText } from "../plain-text.ts";
import { type Posted, SlackError, type Thread } from "../ports.ts";
import type { View } from "../view.ts";

export const CARD = "card";
/** Slack's words for "the bot cannot write there"; those for a restriction begin with `restricted_action`. */
const CLOSED_CHANNELS = new Set(["not_in_channel", "channel_not_found", "is_archived", "is_inactive"]);
const RESTRICTED = "restricted_action";
/** Slack's words for a message that somebody deleted, with its thread, or that can be drawn no more for another reason. */
const GONE = new Set(["message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed"]);
/** How often a card is posted anew in a channel in which somebody deletes it. */
const MOST_CARDS = 3;

export type MessageFact = Extract<RolloutFact, { readonly type: `message.${string}` }>;

/** Where a message goes: into a thread, or into the channel itself. */
export interface Place {
  readonly channel: string;
  readonly thread?: string;
}

/** A rollout's messages in Slack: each is announced in the ledger, posted once, and drawn again as things change. */
export interface Messages {
  /** Shows `view` under `key`: posts it, or edits what was posted under that key. */
  tell(rollout: Rollout, key: string, view: View, place: Place): Promise<Posted>;
  /**
   * Shows the card; where it was deleted or its channel was closed, elsewhere. Where its replies go: into its thread, or,
   * where the card of a `settled` rollout (its end was told) is gone, into the operations channel.
   */
  card(rollout: Rollout, view: View, settled: boolean): Promise<Place>;
  /** The thread takes no replies: the next card() is elsewhere. False where there is no other place. */
  leave(rollout: Rollout, card: View, error: SlackError, settled: boolean): Promise<boolean>;
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
  /** Settled rollouts whose card stays gone. */
  const gone = new Set<string>();

  async function tell(rollout: Rollout, key: string, view: View, place: Place): Promise<Posted> {
    const known = board.rollouts.get(rollout.id)?.posts.get(key);
    if (known?.ts !== undefined) {
      const posted = { channel: known.channel, ts: known.ts };
      await redraw(rollout.id, key, posted, view);
      return posted;
    }
    // What was announced for a place that the card has left since is not looked for: that place may answer no more.
    const here = known?.channel === place.channel ? known : undefined;
    const found = here && (await thread.find({ ...place, key: `${rollout.id}/${key}`, since: here.announcedAt }));
    if (!here)
      await write(rollout, {
        type: "message.posting",
        data: { key, channel: place.channel, text: lineText(view.summary) },
      });
    const posted = found ?? (await thread.post({ ...place, key: `${rollout.id}/${key}`, view }));
    await write(rollout, { type: "message.posted", data: { key, channel: posted.channel, ts: posted.ts } });
    if (!found) shown.set(`${posted.channel} ${posted.ts}`, JSON.stringify(view));
    return posted;
  }

  async function redraw(rollout: string, key: string, posted: Posted, view: View): Promise<void> {
    const place = `${posted.channel} ${posted.ts}`;
    const drawn = JSON.stringify(view);
    if (shown.get(place) === drawn) return;
    await thread.edit({ ...posted, key: `${rollout}/${key}`, view }).catch((error: unknown) => {
      // A reply that was deleted, or whose channel was closed, stays as it is: nothing else waits for it.
      if (key === CARD || !isOutOfReach(error)) throw error;
    });
    shown.set(place, drawn);
  }

  function write(rollout: Rollout, fact: MessageFact): Promise<void> {
    return board.change(() => [factChange(rollout.id, fact)]);
  }

  async function card(rollout: Rollout, view: View, settled: boolean): Promise<Place> {
    const channel = rollout.posts.get(CARD)?.channel ?? rollout.channel;
    const withoutCard = { channel: operationsChannel ?? channel };
    if (gone.has(rollout.id)) return withoutCard;
    const shownIn = async (channel: string): Promise<Place> => {
      const posted = await tell(board.rollouts.get(rollout.id) ?? rollout, CARD, view, { channel });
      return { channel: posted.channel, thread: posted.ts };
    };
    try {
      return await shownIn(channel);
    } catch (error) {
      if (!isOutOfReach(error) || !(await leave(rollout, view, error, settled))) throw error;
      return settled ? withoutCard : await shownIn(board.rollouts.get(rollout.id)?.posts.get(CARD)?.channel ?? channel);
    }
  }

  async function leave(rollout: Rollout, card: View, error: SlackError, settled: boolean): Promise<boolean> {
    if (settled) {
      const isNew = !gone.has(rollout.id);
      gone.add(rollout.id);
      return isNew;
    }
    const known = board.rollouts.get(rollout.id)?.posts.get(CARD);
    const next = nextPlace(rollout.id, error, known?.channel ?? rollout.channel);
    if (next === undefined) return false;
    await write(rollout, { type: "message.posting", data: { key: CARD, channel: next, text: lineText(card.summary) } });
    return true;
  }

  /**
   * Where a card goes that cannot stay: one that was deleted is posted anew, that of a closed channel, and one that is
   * deleted again and again, in the operations channel.
   */
  function nextPlace(id: string, error: SlackError, channel: string): string | undefined {
    const times = deleted.get(id) ?? 0;
    if (GONE.has(error.code) && times < MOST_CARDS) {
      deleted.set(id, times + 1);
      return channel;
    }
    return operationsChannel === channel ? undefined : operationsChannel;
  }

  return { tell, card, leave, write };
}

/** Announced is not enough: Drydock may have ended before it was there. */
export function isPosted(rollout: Rollout, key: string): boolean {
  return rollout.posts.get(key)?.ts !== undefined;
}

/** Whether a message can no longer be edited, or a thread be answered, whatever is tried. */
export function isOutOfReach(error: unknown): error is SlackError {
  if (!(error instanceof SlackError)) return false;
  return GONE.has(error.code) || CLOSED_CHANNELS.has(error.code) || error.code.startsWith(RESTRICTED);
}

function factChange(rollout: string, fact: MessageFact): Change {
  return { stream: `rollout.${rollout}`, actor: "drydock", facts: [fact] };
}
