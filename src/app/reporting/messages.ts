import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { RolloutEvent } from "../../domain/rollouts/rollout-events.ts";
import { lineText } from "../plain-text.ts";
import { type Posted, SlackError, type Thread } from "../ports.ts";
import type { Change, Projections } from "../projections.ts";
import type { View } from "../view.ts";
import { createShown } from "./shown.ts";

export const CARD = "card";
/** Slack's words for "the bot cannot write there"; those for a restriction begin with `restricted_action`. */
const CLOSED_CHANNELS = new Set(["not_in_channel", "channel_not_found", "is_archived", "is_inactive"]);
const RESTRICTED = "restricted_action";
/** Slack's words for a message that somebody deleted, with its thread, or that can be drawn no more for another reason. */
const GONE = new Set(["message_not_found", "thread_not_found", "cant_update_message", "edit_window_closed"]);
/** How often a card is posted anew in a channel in which somebody deletes it. */
const MAX_CARDS = 3;

export type MessageEvent = Extract<RolloutEvent, { readonly type: `message.${string}` }>;

/** Where a message goes: into a thread, or into the channel itself. */
export interface Place {
  readonly channel: string;
  readonly thread?: string;
}

interface Leaving {
  readonly from: Place;
  readonly error: SlackError;
  /** Draws the card. */
  readonly draw: () => View;
  readonly settled: boolean;
}

/** A rollout's messages in Slack: each is announced in the ledger, posted once, and drawn again as things change. */
export interface Messages {
  /** Shows what `draw` answers under `key`: posts it, or edits what was posted under that key. */
  tell(rollout: Rollout, key: string, draw: () => View, place: Place): Promise<Posted>;
  /** Shows the card. If it was deleted or its channel was closed, it is posted elsewhere, unless the rollout is `settled` (its end was told). */
  card(rollout: Rollout, draw: () => View, settled: boolean): Promise<void>;
  /** Draws a posted card again, before other edits that wait for Slack. What it throws is found again by the next card(). */
  press(rollout: Rollout, draw: () => View): Promise<void>;
  /**
   * Where replies go: into the card's thread, or, if the card of a settled rollout is gone, into the operations channel. Undefined
   * while the card is not posted.
   */
  place(rollout: Rollout): Place | undefined;
  /** A place takes no messages any more: the next card() is elsewhere. False if there is no other place. */
  leave(rollout: Rollout, why: Leaving): Promise<boolean>;
  write(rollout: Rollout, event: MessageEvent): Promise<void>;
}

interface Ports {
  readonly projections: Projections;
  readonly thread: Thread;
  readonly operationsChannel: string | undefined;
}

export function createMessages({ projections, thread, operationsChannel }: Ports): Messages {
  const shown = createShown(thread);
  const deleted = new Map<string, number>();
  const leaving = new Map<string, Promise<boolean>>();
  /** Settled rollouts whose card stays gone. */
  const gone = new Set<string>();

  async function tell(rollout: Rollout, key: string, draw: () => View, place: Place): Promise<Posted> {
    const known = projections.rollouts.get(rollout.id)?.posts.get(key);
    if (known?.ts !== undefined) {
      const posted = { channel: known.channel, ts: known.ts };
      await shown.edit({ ...posted, key: `${rollout.id}/${key}` }, draw).catch((error: unknown) => {
        // A reply that was deleted, or whose channel was closed, stays as it is: nothing else waits for it.
        if (key === CARD || !isOutOfReach(error)) throw error;
        shown.set(posted, draw());
      });
      return posted;
    }
    const view = draw();
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
    if (!found) shown.set(posted, view);
    return posted;
  }

  /** The card where it is posted and not given up. */
  function postedCard({ id }: Rollout): Posted | undefined {
    const card = projections.rollouts.get(id)?.posts.get(CARD);
    if (card?.ts === undefined || gone.has(id)) return undefined;
    return { channel: card.channel, ts: card.ts };
  }

  async function press(rollout: Rollout, draw: () => View): Promise<void> {
    const card = postedCard(rollout);
    if (card) await shown.edit({ ...card, key: `${rollout.id}/${CARD}` }, draw, { pressed: true });
  }

  function write(rollout: Rollout, event: MessageEvent): Promise<void> {
    return projections.change(() => [factChange(rollout.id, event)]);
  }

  async function card(rollout: Rollout, draw: () => View, settled: boolean): Promise<void> {
    if (gone.has(rollout.id)) return;
    const before = placeOfCard(rollout);
    try {
      await tell(rollout, CARD, draw, before);
    } catch (error) {
      if (!isOutOfReach(error) || !(await leave(rollout, { from: before, error, draw, settled }))) throw error;
      if (!settled) await tell(rollout, CARD, draw, placeOfCard(rollout));
    }
  }

  /** Without a thread while the card is not posted there. */
  function placeOfCard(rollout: Rollout): Place {
    const known = projections.rollouts.get(rollout.id)?.posts.get(CARD);
    const channel = known?.channel ?? rollout.channel;
    return known?.ts === undefined ? { channel } : { channel, thread: known.ts };
  }

  function place(rollout: Rollout): Place | undefined {
    const card = placeOfCard(rollout);
    if (gone.has(rollout.id)) return { channel: operationsChannel ?? card.channel };
    return card.thread === undefined ? undefined : card;
  }

  /** The card and the replies may find out at the same time: they leave a place once. */
  function leave(rollout: Rollout, why: Leaving): Promise<boolean> {
    const { from } = why;
    const now = gone.has(rollout.id) ? place(rollout) : placeOfCard(rollout);
    if (now?.channel !== from.channel || now.thread !== from.thread) return Promise.resolve(true);
    const left = leaving.get(rollout.id) ?? leaveNow(rollout, why).finally(() => leaving.delete(rollout.id));
    leaving.set(rollout.id, left);
    return left;
  }

  async function leaveNow(rollout: Rollout, { from, error, draw, settled }: Leaving): Promise<boolean> {
    if (settled) {
      const isNew = !gone.has(rollout.id);
      gone.add(rollout.id);
      return isNew;
    }
    const next = nextPlace(rollout.id, error, from.channel);
    if (next === undefined) return false;
    const text = lineText(draw().summary);
    await write(rollout, { type: "message.posting", data: { key: CARD, channel: next, text } });
    return true;
  }

  /**
   * Where a card goes that cannot stay: one that was deleted is posted anew, that of a closed channel, and one that is
   * deleted again and again, in the operations channel.
   */
  function nextPlace(id: string, error: SlackError, channel: string): string | undefined {
    const times = deleted.get(id) ?? 0;
    if (GONE.has(error.code) && times < MAX_CARDS) {
      deleted.set(id, times + 1);
      return channel;
    }
    return operationsChannel === channel ? undefined : operationsChannel;
  }

  return { tell, card, press, place, leave, write };
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

function factChange(rollout: string, event: MessageEvent): Change {
  return { stream: `rollout.${rollout}`, actor: "drydock", events: [event] };
}
