import { type Clock, type Log, type Posted, SlackError, type Thread } from "../core/ports.ts";
import { lineText, type View } from "../core/view.ts";
import { withTimeout } from "../core/with-timeout.ts";
import { movedView } from "../features/rollout/thread-views.ts";
import { CARD, type MessageEvent, type Place, placeOf } from "../model/message-keys.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import { createCardLinks } from "../people/card-links.ts";
import type { Places } from "../people/channels.ts";
import type { Projections } from "../projections/projections.ts";
import { type CardPlaces, createCardPlaces, createReaders } from "./card-places.ts";
import { createShown } from "./shown.ts";
import { isContentRefused, isOutOfReach } from "./with-plain-fallback.ts";

/** Places in which one pass tries to post a card: where it is, the operations channel, the owner. */
const MAX_PLACES = 3;
/** How long the result waits for the card to show the end, in ms. */
const CARD_TIMEOUT = 5_000;

/** A rollout's messages in Slack: each is announced in the ledger, posted once, and drawn again as things change. */
export interface Messages extends Pick<CardPlaces, "ofReplies" | "after" | "isSame" | "leave"> {
  /** Shows what `draw` answers under `key`: posts it, or edits what was posted under that key. `anew`: posts it here even if it is posted elsewhere. */
  tell(rollout: Rollout, key: string, draw: () => View, place: Place, anew?: boolean): Promise<Posted>;
  /** Shows the card. If it cannot stay where it is, it is posted elsewhere, unless the rollout is `settled` (its end was told). */
  card(rollout: Rollout, draw: () => View, settled: boolean): Promise<void>;
  /** Draws a posted card again, before other edits that wait for Slack. What it throws is found again by the next card(). */
  press(rollout: Rollout, draw: () => View): Promise<void>;
  /**
   * Once its end is told a rollout is left alone, so its card shows the end first. If Slack does not draw it soon, that is
   * remembered, over restarts too.
   */
  pressEnd(rollout: Rollout, draw: () => View): Promise<void>;
  /** Remembers, over restarts too, whether a posted message still shows what is no longer true. */
  setStale(rollout: Rollout, key: string, stale: boolean): Promise<void>;
  write(rollout: Rollout, event: MessageEvent): Promise<void>;
  /** Forgets what it knows of the messages of all other rollouts. */
  keepOnly(rollouts: ReadonlySet<string>): void;
}

interface Ports {
  readonly projections: Projections;
  readonly thread: Thread;
  readonly clock: Clock;
  readonly log: Log;
  readonly places: Pick<Places, "refusalNow">;
  readonly operationsChannel: string | undefined;
}

export function createMessages(ports: Ports): Messages {
  const { projections, thread, log } = ports;
  const shown = createShown(thread);
  const readers = createReaders(ports);
  const links = createCardLinks(ports);
  const cardPlaces = createCardPlaces({ ...ports, write, readers });
  /** The channels of which the log has said that they refuse a rollout's card, by rollout. */
  const said = new Map<string, Set<string>>();

  async function tell(rollout: Rollout, key: string, draw: () => View, place: Place, anew = false): Promise<Posted> {
    const latest = projections.rollouts.get(rollout.id);
    const known = latest?.posts.get(key);
    if (latest && known?.ts !== undefined && !(await movesAway(latest, known.channel, place.channel, anew))) {
      await readers.check(known.channel, "edit");
      const posted = { channel: known.channel, ts: known.ts };
      await shown.edit(rollout.id, { ...posted, key: `${rollout.id}/${key}` }, draw).catch((error: unknown) => {
        // A reply that was deleted, or whose channel was closed, stays as it is: nothing else waits for it.
        if (key === CARD || !isOutOfReach(error)) throw error;
        shown.set(rollout.id, posted, draw());
      });
      return posted;
    }
    const view = draw();
    // What was announced for a channel that the card has left since is not looked for: that channel may answer no more.
    const here =
      known && cardPlaces.isSame(known.channel, place.channel)
        ? { ...placeOf(known, place), since: known.announcedAt }
        : undefined;
    const found = here && (await thread.find({ ...here, key: `${rollout.id}/${key}` }));
    if (!found && (!here || here.thread !== place.thread)) {
      const data = { key, channel: place.channel, thread: place.thread ?? null, text: lineText(view.summary) };
      await write(rollout, { type: "message.posting", data });
    }
    if (!found) await readers.check(place.channel, "post");
    const posted = found ?? (await thread.post({ ...place, key: `${rollout.id}/${key}`, view }));
    await write(rollout, { type: "message.posted", data: { key, channel: posted.channel, ts: posted.ts } });
    if (!found) shown.set(rollout.id, posted, view);
    return posted;
  }

  /** Whether what is posted in one channel is posted in another one instead. */
  async function movesAway(rollout: Rollout, from: string, to: string, anew: boolean): Promise<boolean> {
    if (cardPlaces.isSame(from, to)) return false;
    if (anew) return true;
    if (await readers.accepts(from)) return false;
    await readers.hide(rollout, from);
    return true;
  }

  /** The card where it is posted and not given up. */
  function postedCard(rollout: Rollout): Posted | undefined {
    const card = projections.rollouts.get(rollout.id)?.posts.get(CARD);
    if (card?.ts === undefined || cardPlaces.isGone(rollout)) return undefined;
    return { channel: card.channel, ts: card.ts };
  }

  async function press(rollout: Rollout, draw: () => View): Promise<void> {
    const card = postedCard(rollout);
    if (!card) return;
    await readers.check(card.channel, "edit");
    await shown.edit(rollout.id, { ...card, key: `${rollout.id}/${CARD}` }, draw, { pressed: true });
  }

  async function setStale(rollout: Rollout, key: string, stale: boolean): Promise<void> {
    const isNews = () => {
      const post = projections.rollouts.get(rollout.id)?.posts.get(key);
      return post?.ts !== undefined && (post.stale ?? false) !== stale;
    };
    if (isNews()) await write(rollout, { type: "message.stale", data: { key, stale } }, isNews);
  }

  /** @param isNews asked when its turn comes. */
  async function write(rollout: Rollout, event: MessageEvent, isNews = () => true): Promise<void> {
    const change = { stream: `rollout.${rollout.id}`, actor: "drydock", events: [event] };
    await projections.change(() => (isNews() ? [change] : []));
  }

  async function card(rollout: Rollout, draw: () => View, settled: boolean): Promise<void> {
    if (cardPlaces.isGone(rollout)) return;
    let stuck: Place | undefined;
    for (let left = MAX_PLACES - 1; ; left -= 1) {
      const from = cardPlaces.ofCard(rollout);
      try {
        const card = await tell(rollout, CARD, draw, from);
        if (stuck) await sayMoved(rollout, stuck, card);
        return;
      } catch (error) {
        if (!isOutOfReach(error) && !isContentRefused(error)) {
          // A rollout whose end is told is left alone, and nothing else says that its card is out of date.
          if (error instanceof SlackError && (settled || rollout.status === "closed"))
            await setStale(rollout, CARD, true);
          throw error;
        }
        const hasLeft = await cardPlaces.leave(rollout, { from, error, draw, settled });
        if (hasLeft) sayLeft(rollout, from, error);
        if (hasLeft && isContentRefused(error) && from.thread !== undefined) stuck = from;
        if (hasLeft && settled) return;
        if (!hasLeft || left === 0) throw error;
      }
    }
  }

  /** The card that Slack no longer edits stays as it is, so its thread says where the new one is. */
  async function sayMoved(rollout: Rollout, from: Place, card: Posted): Promise<void> {
    const view = movedView(rollout, card.channel, await links.to(card));
    await tell(rollout, "moved", () => view, from).catch((error: unknown) => {
      if (!(error instanceof SlackError)) throw error;
    });
  }

  function sayLeft({ id }: Rollout, { channel }: Place, { code }: SlackError): void {
    const channels = said.get(id) ?? new Set<string>();
    if (!channels.has(channel))
      log.warn({ rollout: id, channel, code }, "a channel no longer accepts the card, so it is shown elsewhere");
    said.set(id, channels.add(channel));
  }

  return {
    tell,
    card,
    press,
    async pressEnd(rollout, draw) {
      const drawn = press(rollout, draw).then(
        () => true,
        () => false,
      );
      if (!(await withTimeout(ports.clock, CARD_TIMEOUT, drawn))) await setStale(rollout, CARD, true);
    },
    setStale,
    ofReplies: cardPlaces.ofReplies,
    after: cardPlaces.after,
    isSame: cardPlaces.isSame,
    leave: cardPlaces.leave,
    write,
    keepOnly(rollouts) {
      shown.keepOnly(rollouts);
      cardPlaces.keepOnly(rollouts);
      for (const id of said.keys()) if (!rollouts.has(id)) said.delete(id);
    },
  };
}
