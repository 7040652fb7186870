import { SlackError, type Thread } from "../core/ports.ts";
import { lineText, say, type View } from "../core/view.ts";
import { CARD, type MessageEvent, type Place } from "../model/message-keys.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Post } from "../model/rollout/rollout-parts.ts";
import type { Places } from "../people/channels.ts";
import type { Projections } from "../projections/projections.ts";
import { isContentRefused } from "./with-plain-fallback.ts";

/** How often a card is posted anew in a channel in which somebody deletes it. */
const MAX_CARDS = 3;

/** Why a card leaves where it is. */
export interface Leaving {
  readonly from: Place;
  readonly error: SlackError;
  /** Draws the card. */
  readonly draw: () => View;
  /** Whether the end of the rollout was told. */
  readonly settled: boolean;
}

/** Where each rollout's card is, and where it goes when it cannot stay. */
export interface CardPlaces {
  /** Without a thread while the card is not posted there. */
  ofCard(rollout: Rollout): Place;
  /**
   * Where replies go: into the card's thread; if the card of a settled rollout is gone, into the operations channel; if Slack
   * refuses the card everywhere, into the channel in which the rollout was asked for. Undefined while the card is not posted.
   */
  ofReplies(rollout: Rollout): Place | undefined;
  /** Where a message goes that this place refuses: the operations channel, then the owner's direct messages. */
  after(rollout: Rollout, channel: string): readonly string[];
  /** Whether both are the same channel: a rollout has one owner, so two that are private are. */
  isSame(one: string | undefined, other: string): boolean;
  /** A place takes the card no more: it is elsewhere from now on. False if there is no other place. */
  leave(rollout: Rollout, why: Leaving): Promise<boolean>;
  /** Whether the card of a settled rollout stays gone. */
  isGone(rollout: Rollout): boolean;
  /** Forgets all other rollouts. */
  keepOnly(rollouts: ReadonlySet<string>): void;
}

export function createCardPlaces(ports: {
  readonly projections: Projections;
  readonly operationsChannel: string | undefined;
  readonly write: (rollout: Rollout, event: MessageEvent) => Promise<void>;
  readonly readers: Pick<Readers, "hide">;
  readonly thread: Pick<Thread, "isPrivate">;
}): CardPlaces {
  const { projections, operationsChannel, write, readers, thread } = ports;
  const deleted = new Map<string, number>();
  const leaving = new Map<string, Promise<boolean>>();
  /** Settled rollouts whose card stays gone. */
  const gone = new Set<string>();
  /** Rollouts whose card Slack refuses wherever it was tried. */
  const refused = new Set<string>();

  const cardOf = ({ id }: Rollout): Post | undefined => projections.rollouts.get(id)?.posts.get(CARD);

  function ofCard(rollout: Rollout): Place {
    const known = cardOf(rollout);
    const channel = known?.channel ?? rollout.channel;
    return known?.ts === undefined ? { channel } : { channel, thread: known.ts };
  }

  function ofReplies(rollout: Rollout): Place | undefined {
    const card = ofCard(rollout);
    if (gone.has(rollout.id)) return { channel: after(rollout, card.channel)[0] ?? card.channel };
    if (card.thread !== undefined) return card;
    return refused.has(rollout.id) ? { channel: rollout.channel } : undefined;
  }

  function after({ owner }: Rollout, channel: string): readonly string[] {
    if (thread.isPrivate(channel)) return [];
    return operationsChannel === undefined || operationsChannel === channel ? [owner] : [operationsChannel, owner];
  }

  async function leaveNow(rollout: Rollout, { from, error, draw, settled }: Leaving): Promise<boolean> {
    const hides = error.kind === "readers-changed";
    if (hides) await readers.hide(projections.rollouts.get(rollout.id) ?? rollout, from.channel);
    if (settled) {
      const isNew = !gone.has(rollout.id);
      gone.add(rollout.id);
      if (cardOf(rollout)?.stale) await write(rollout, { type: "message.stale", data: { key: CARD, stale: false } });
      return isNew;
    }
    const next = nextChannel(rollout, error, from.channel);
    if (next === undefined) {
      if (isContentRefused(error)) refused.add(rollout.id);
      return false;
    }
    if (hides) await write(rollout, { type: "message.left", data: { channel: from.channel, to: next } });
    const text = lineText(draw().summary);
    await write(rollout, { type: "message.posting", data: { key: CARD, channel: next, text } });
    return true;
  }

  /** One that was deleted is posted anew where it was, a few times. */
  function nextChannel(rollout: Rollout, error: SlackError, channel: string): string | undefined {
    const times = deleted.get(rollout.id) ?? 0;
    if (error.kind !== "gone" || times >= MAX_CARDS) return after(rollout, channel)[0];
    deleted.set(rollout.id, times + 1);
    return channel;
  }

  return {
    ofCard,
    ofReplies,
    after,
    isSame: (one, other) => one === other || (one !== undefined && thread.isPrivate(one) && thread.isPrivate(other)),
    /** The card and the replies may find out at the same time: they leave a place once. */
    leave(rollout, why) {
      const now = gone.has(rollout.id) ? ofReplies(rollout) : ofCard(rollout);
      if (now?.channel !== why.from.channel || now.thread !== why.from.thread) return Promise.resolve(true);
      const left = leaving.get(rollout.id) ?? leaveNow(rollout, why).finally(() => leaving.delete(rollout.id));
      leaving.set(rollout.id, left);
      return left;
    },
    isGone: ({ id }) => gone.has(id),
    keepOnly(rollouts) {
      for (const known of [deleted, gone, refused])
        for (const id of known.keys()) if (!rollouts.has(id)) known.delete(id);
    },
  };
}

const HIDDEN = say(
  "shown-elsewhere",
  "Drydock shows this rollout elsewhere now, because of who can read this channel.",
);

/** Looks at who reads along before anything is sent, and takes names out of where the wrong people do. */
export interface Readers {
  /** Throws SlackError if nothing that names agents may go there any more. A post looks afresh; an edit within a minute. */
  check(channel: string, sending: "post" | "edit"): Promise<void>;
  /** Whether a posted message may stay as it is. */
  accepts(channel: string): Promise<boolean>;
  /** Takes the names out of the rollout's messages in this channel. Throws SlackError while Slack takes nothing at all. */
  hide(rollout: Rollout, channel: string): Promise<void>;
}

export function createReaders({
  places,
  thread,
}: {
  readonly places: Pick<Places, "refusalNow">;
  readonly thread: Pick<Thread, "edit" | "isPrivate">;
}): Readers {
  const refusal = async (channel: string, fresh: boolean) =>
    thread.isPrivate(channel) ? undefined : places.refusalNow(channel, fresh);

  return {
    async check(channel, sending) {
      const why = await refusal(channel, sending === "post");
      if (why !== undefined)
        throw new SlackError("readers-changed", "readers_changed", `Nothing is shown in ${channel}: ${why}.`);
    },
    accepts: async (channel) => (await refusal(channel, false)) === undefined,
    async hide({ id, posts }, channel) {
      const here = [...posts.values()].flatMap(({ key, channel: at, ts }) =>
        at === channel && ts !== undefined && /^\d/.test(ts) ? [{ channel, ts, key: `${id}/${key}` }] : [],
      );
      await Promise.all(
        here.map((message) =>
          thread.edit({ ...message, draw: () => HIDDEN, pressed: true }).catch((error: unknown) => {
            if (!(error instanceof SlackError) || error.kind === "away" || error.kind === "passing") throw error;
          }),
        ),
      );
    },
  };
}
