import type { RolloutFact } from "../domain/events.ts";
import type { Rollout } from "../domain/rollout.ts";
import { attachList, listName } from "./attach-list.ts";
import type { Board, Change } from "./board.ts";
import type { Places } from "./channels.ts";
import { failuresOf, lateChanges, recoveredFrom } from "./failed-and-late.ts";
import { frozenLine } from "./freezes.ts";
import { outrunOf } from "./outrun.ts";
import { lineText } from "./plain-text.ts";
import { type Clock, type Log, type Posted, ServerError, SlackError, type Thread } from "./ports.ts";
import { createRelayNames } from "./relay-names.ts";
import { newestAttempts, progressOf } from "./settle.ts";
import type { Site } from "./site.ts";
import type { Slots } from "./slots.ts";
import { say, type View } from "./view.ts";
import { cardView } from "./views/card-view.ts";
import { dueReplies } from "./views/due-replies.ts";
import { failuresView, recoveredView } from "./views/failures-view.ts";
import { freezeReplies } from "./views/freeze-views.ts";
import { haltView } from "./views/halt-view.ts";
import { offerViews } from "./views/handover-views.ts";
import { reviewNotices, reviewReplies } from "./views/review-views.ts";
import { serverReplies } from "./views/server-replies.ts";
import { backView, lateView, resultView } from "./views/thread-views.ts";

/** The key of the list that is attached at the end. */
const FILE = "file";
const CARD = "card";
/** Slack's words for "the bot cannot write there". */
const CLOSED_CHANNELS = new Set(["not_in_channel", "channel_not_found", "is_archived", "is_inactive"]);
/** Slack's word for a message that somebody deleted. */
const GONE = "message_not_found";
/** How often a card is posted anew in a channel in which somebody deletes it. */
const MOST_CARDS = 3;

type MessageFact = Extract<RolloutFact, { readonly type: `message.${string}` }>;

export interface Reporter {
  /** Brings what Slack shows of the rollout up to what is true. Calls while one is running are folded into one more run. */
  report(rollout: Rollout): Promise<void>;
  /** Whether anything of the rollout may still have to be told. */
  concerns(rollout: Rollout): boolean;
}

interface Ports {
  readonly board: Board;
  readonly thread: Thread;
  readonly clock: Clock;
  readonly log: Log;
  readonly operationsChannel: string | undefined;
  readonly places: Places;
  readonly siteOf: (
    rollout: Rollout,
  ) =>
    | { readonly site: Site; readonly ready: boolean; readonly held: string | undefined; readonly slots: Slots }
    | undefined;
  /** When Drydock was last alive, and since when it is; and whether everything was looked at since. */
  readonly away: { readonly from: number; readonly until: number; readonly lookedAround: (server: string) => boolean };
}

/** What Slack was told is compared with what is true, again and again: so a crash, or a Slack that fails, only delays it. */
export function createReporter(ports: Ports): Reporter {
  const { board, thread, clock, log } = ports;
  const relayNames = createRelayNames({ clock });
  const shown = new Map<string, string>();
  const busy = new Map<string, { again: boolean }>();
  const deleted = new Map<string, number>();

  async function told(
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

  async function card(rollout: Rollout): Promise<Posted | undefined> {
    const view = currentCard(rollout);
    if (!view) return undefined;
    const known = rollout.posts.get(CARD);
    const channel = known?.channel ?? rollout.channel;
    try {
      return await told(rollout, CARD, view, { channel });
    } catch (error) {
      const next = nextPlace(rollout.id, error, channel);
      if (next === undefined) throw error;
      await write(rollout, {
        type: "message.posting",
        data: { key: CARD, channel: next, text: lineText(view.summary) },
      });
      return await told(board.rollouts.get(rollout.id) ?? rollout, CARD, view, { channel: next });
    }
  }

  /**
   * Where a card goes that cannot stay: one that was deleted is posted anew, that of a closed channel, and one that is
   * deleted again and again, in the operations channel.
   */
  function nextPlace(id: string, error: unknown, channel: string): string | undefined {
    if (!isOutOfReach(error)) return undefined;
    const times = deleted.get(id) ?? 0;
    if (error.code === GONE && times < MOST_CARDS) {
      deleted.set(id, times + 1);
      return channel;
    }
    return ports.operationsChannel === channel ? undefined : ports.operationsChannel;
  }

  function currentCard(rollout: Rollout): View | undefined {
    const place = ports.siteOf(rollout);
    if (!place) return undefined;
    const holding = board.openUpgrades(place.site.name).filter((upgrade) => upgrade.holdsSlot);
    return cardView({
      rollout,
      policy: place.site.policy,
      progress: progressOf(board, rollout),
      upgrades: newestAttempts(board, rollout),
      slots: place.slots,
      here: holding.filter((upgrade) => upgrade.rollout === rollout.id).length,
      serverReady: place.ready,
      held: place.held,
      outrun: outrunOf(board, place.site, rollout, clock.now()),
      frozen: frozenLine(board, place.site, clock.now()),
      expect: (agent) => board.learned.expect(place.site.name, agent),
      now: rollout.endedAt ?? clock.now(),
    });
  }

  async function reportOnce(id: string): Promise<void> {
    const rollout = board.rollouts.get(id);
    const main = rollout && (await card(rollout));
    const now = board.rollouts.get(id);
    if (!main || !now) return;
    const place = { channel: main.channel, thread: main.ts };
    const { from, until, lookedAround } = ports.away;
    const finished = newestAttempts(board, now).filter((upgrade) => upgrade.outcome && upgrade.outcome.at >= until);
    const backKey = `back-${until}`;
    await requestReplies(now, place);
    if (now.status === "requested" || now.status === "closed") return;
    const wasUnderWay = now.startedAt < until && (now.endedAt === undefined || now.endedAt >= until);
    if (wasUnderWay && !isPosted(now, backKey) && lookedAround(now.plan.server)) {
      await told(now, backKey, backView(until - from, finished.length), place);
    }
    for (const { key, view, onlyEdit } of serverReplies(now, board.server(now.plan.server)))
      if (!onlyEdit || isPosted(now, key)) await told(now, key, view, place);
    const { halt, halts } = now.steering;
    if (halt) await told(now, `halt-${halts}`, haltView(now, halt, newestAttempts(board, now)), place);
    await failureReplies(now, place);
    if (now.status === "ended") {
      if (!isPosted(now, "end"))
        await told(now, "end", resultView(now, progressOf(board, now), await stillWanted(now)), place);
      if (!isPosted(now, FILE)) await attach(now, place);
      for (const upgrade of lateChanges(board, now)) {
        const key = `late-${upgrade.agent.id}-${upgrade.attempt}-${upgrade.outcome?.kind}`;
        const latest = board.rollouts.get(id);
        if (latest && !isPosted(latest, key)) await told(latest, key, lateView(upgrade), place);
      }
    }
    if (now.review) await reviewMessages(board.rollouts.get(id) ?? now, place);
  }

  /** What the operations channel has to be told of an emergency; drawn again once it has been looked at. */
  async function reviewMessages(rollout: Rollout, place: { channel: string; thread: string }): Promise<void> {
    const site = ports.siteOf(rollout)?.site;
    if (!site) return;
    for (const { key, view } of reviewNotices(rollout, site.policy))
      await told(rollout, key, view, { channel: ports.operationsChannel ?? place.channel });
    for (const { key, view } of reviewReplies(rollout))
      if (!isPosted(rollout, key)) await told(rollout, key, view, place);
  }

  /** One reply for each cause, edited as it grows; one that is over is not taken back, but says so. */
  async function failureReplies(rollout: Rollout, place: { channel: string; thread: string }): Promise<void> {
    const site = ports.siteOf(rollout)?.site;
    if (!site) return;
    const groups = failuresOf(board, rollout);
    const around = { rollout, policy: site.policy, links: site.links ?? {}, upgrades: newestAttempts(board, rollout) };
    for (const { diagnosis, failed } of groups) {
      const relayed = failed.some(({ agent }) => agent.relay !== undefined);
      const names = relayed ? await relayNames(site) : new Map<string, string>();
      const view = failuresView({ ...around, relayNames: names, diagnosis, failed });
      await told(rollout, `failed-${diagnosis.cause}`, view, place);
    }
    for (const diagnosis of recoveredFrom(rollout, groups))
      await told(rollout, `failed-${diagnosis.cause}`, recoveredView(rollout, diagnosis), place);
  }

  /** What is new about a request or a pause: each of these once, since only a new message tells anybody. */
  async function requestReplies(rollout: Rollout, place: { channel: string; thread: string }): Promise<void> {
    const site = ports.siteOf(rollout)?.site;
    if (!site) return;
    // Drawn again when it is over, so that nobody presses its buttons in vain.
    for (const { key, view } of offerViews(rollout)) await told(rollout, key, view, place);
    const { freeze } = board.claims(site.name);
    const replies = [...dueReplies(rollout, site.policy), ...freezeReplies(rollout, site.policy, freeze)];
    for (const { key, view } of replies) {
      const latest = board.rollouts.get(rollout.id);
      if (latest && !isPosted(latest, key)) await told(latest, key, view, place);
    }
  }

  /** What the server's agents still ask for; undefined where it does not answer. */
  async function stillWanted(rollout: Rollout): Promise<{ required: number; recommended: number } | undefined> {
    try {
      const agents = (await ports.siteOf(rollout)?.site.urbancode.list()) ?? [];
      const count = (status: string) => agents.filter((agent) => agent.status === status).length;
      return { required: count("upgrade-required"), recommended: count("upgrade-recommended") };
    } catch (error) {
      if (error instanceof ServerError) return undefined;
      throw error;
    }
  }

  /** The whole list as a file; where it cannot be shown, the thread says why, once. */
  async function attach(rollout: Rollout, place: { readonly channel: string; readonly thread: string }): Promise<void> {
    const name = listName(rollout);
    const announced = rollout.posts.get(FILE);
    if (!announced)
      await write(rollout, { type: "message.posting", data: { key: FILE, channel: place.channel, text: name } });
    const upgrades = new Map(newestAttempts(board, rollout).map((upgrade) => [upgrade.agent.id, upgrade]));
    const since = announced?.announcedAt;
    const why = await attachList({ thread, places: ports.places, rollout, upgrades, place, since });
    if (why !== undefined)
      await told(rollout, "no-file", say(`The full list (${name}) is not shown here: ${why}.`), place);
    await write(rollout, { type: "message.posted", data: { key: FILE, channel: place.channel, ts: name } });
  }

  return {
    async report(rollout) {
      const running = busy.get(rollout.id);
      if (running) {
        running.again = true;
        return;
      }
      const state = { again: false };
      busy.set(rollout.id, state);
      try {
        do {
          state.again = false;
          await reportOnce(rollout.id);
        } while (state.again);
      } catch (error) {
        log.warn(
          { rollout: rollout.id, reason: error instanceof Error ? error.message : String(error) },
          "Slack could not be told; it is tried again",
        );
      } finally {
        busy.delete(rollout.id);
      }
    },
    concerns(rollout) {
      const posted = (key: string) => isPosted(rollout, key);
      if (rollout.status === "closed") return dueReplies(rollout, undefined).some(({ key }) => !posted(key));
      if (rollout.status !== "ended") return true;
      const policy = ports.siteOf(rollout)?.site.policy;
      if (policy && [...reviewNotices(rollout, policy), ...reviewReplies(rollout)].some(({ key }) => !posted(key)))
        return true;
      const open = newestAttempts(board, rollout).some((upgrade) => !upgrade.closed);
      return open || !posted("card") || !posted("end") || !posted(FILE) || lateChanges(board, rollout).length > 0;
    },
  };
}

/** Announced is not enough: Drydock may have ended before it was there. */
function isPosted(rollout: Rollout, key: string): boolean {
  return rollout.posts.get(key)?.ts !== undefined;
}

/** Whether a message can no longer be edited, whatever is tried. */
function isOutOfReach(error: unknown): error is SlackError {
  return error instanceof SlackError && (error.code === GONE || CLOSED_CHANNELS.has(error.code));
}

function factChange(rollout: string, fact: MessageFact): Change {
  return { stream: `rollout.${rollout}`, actor: "drydock", facts: [fact] };
}
