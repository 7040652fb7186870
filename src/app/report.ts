import type { RolloutFact } from "../domain/events.ts";
import { isFailure, type Outcome } from "../domain/outcome.ts";
import type { Rollout } from "../domain/rollout.ts";
import type { Upgrade } from "../domain/upgrade.ts";
import type { Board, Change } from "./board.ts";
import { type Clock, type Log, type Posted, SlackError, type Thread } from "./ports.ts";
import { newestAttempts, progressOf } from "./settle.ts";
import type { Site } from "./site.ts";
import type { View } from "./view.ts";
import { cardView } from "./views/card-view.ts";
import { backView, failuresView, lateView, resultView } from "./views/thread-views.ts";

/** Slack's words for "the bot cannot write there". */
const CLOSED_CHANNELS = new Set(["not_in_channel", "channel_not_found", "is_archived"]);

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
  readonly siteOf: (rollout: Rollout) => { readonly site: Site; readonly ready: boolean } | undefined;
  /** When Drydock was last alive, and since when it is; and whether everything was looked at since. */
  readonly away: { readonly from: number; readonly until: number; readonly lookedAround: (server: string) => boolean };
}

/** What Slack was told is compared with what is true, again and again: so a crash, or a Slack that fails, only delays it. */
export function createReporter(ports: Ports): Reporter {
  const { board, thread, clock, log } = ports;
  const shown = new Map<string, string>();
  const busy = new Map<string, { again: boolean }>();

  async function told(
    rollout: Rollout,
    key: string,
    view: View,
    place: { channel: string; thread?: string },
  ): Promise<Posted> {
    const known = board.rollouts.get(rollout.id)?.posts.get(key);
    if (known?.ts !== undefined) {
      const posted = { channel: known.channel, ts: known.ts };
      await redraw(posted, view);
      return posted;
    }
    const found =
      known &&
      (await thread.find({ ...place, channel: known.channel, key: `${rollout.id}/${key}`, since: known.announcedAt }));
    if (!known)
      await write(rollout, { type: "message.posting", data: { key, channel: place.channel, text: plain(view) } });
    const posted = found ?? (await thread.post({ ...place, key: `${rollout.id}/${key}`, view }));
    await write(rollout, { type: "message.posted", data: { key, channel: posted.channel, ts: posted.ts } });
    if (!found) shown.set(`${posted.channel} ${posted.ts}`, JSON.stringify(view));
    return posted;
  }

  async function redraw(posted: Posted, view: View): Promise<void> {
    const place = `${posted.channel} ${posted.ts}`;
    const drawn = JSON.stringify(view);
    if (shown.get(place) === drawn) return;
    await thread.edit({ ...posted, view });
    shown.set(place, drawn);
  }

  function write(rollout: Rollout, fact: MessageFact): Promise<void> {
    return board.change(() => [factChange(rollout.id, fact)]);
  }

  async function card(rollout: Rollout): Promise<Posted | undefined> {
    const view = currentCard(rollout);
    if (!view) return undefined;
    const known = rollout.posts.get("card");
    try {
      return await told(rollout, "card", view, { channel: known?.channel ?? rollout.channel });
    } catch (error) {
      const elsewhere = ports.operationsChannel;
      const closed = error instanceof SlackError && CLOSED_CHANNELS.has(error.code);
      if (!closed || !elsewhere || elsewhere === (known?.channel ?? rollout.channel)) throw error;
      await write(rollout, { type: "message.posting", data: { key: "card", channel: elsewhere, text: plain(view) } });
      return await told(board.rollouts.get(rollout.id) ?? rollout, "card", view, { channel: elsewhere });
    }
  }

  function currentCard(rollout: Rollout): View | undefined {
    const place = ports.siteOf(rollout);
    if (!place) return undefined;
    const holding = board.openUpgrades(place.site.name).filter((upgrade) => upgrade.holdsSlot);
    return cardView({
      rollout,
      progress: progressOf(board, rollout),
      upgrades: newestAttempts(board, rollout),
      slots: {
        inUse: holding.length,
        here: holding.filter((upgrade) => upgrade.rollout === rollout.id).length,
        limit: place.site.policy.slots,
      },
      serverReady: place.ready,
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
    const wasUnderWay = now.startedAt < until && (now.endedAt === undefined || now.endedAt >= until);
    if (wasUnderWay && !now.posts.has(backKey) && lookedAround(now.plan.server)) {
      await told(now, backKey, backView(until - from, finished.length), place);
    }
    for (const [outcome, failed] of failures(now))
      await told(now, `failed-${outcome}`, failuresView(now, outcome, failed), place);
    if (now.status === "ended") {
      if (!now.posts.has("end")) await told(now, "end", resultView(now, progressOf(board, now)), place);
      for (const upgrade of lateChanges(now)) {
        const key = `late-${upgrade.agent.id}-${upgrade.attempt}-${upgrade.outcome?.kind}`;
        if (!board.rollouts.get(id)?.posts.has(key)) await told(now, key, lateView(upgrade), place);
      }
    }
  }

  /** Failed upgrades by outcome. A reply stays, as what was true when it was told, also when its last agent came back. */
  function failures(rollout: Rollout): ReadonlyMap<Outcome, readonly Upgrade[]> {
    const groups = new Map<Outcome, Upgrade[]>();
    for (const upgrade of newestAttempts(board, rollout)) {
      const kind = upgrade.outcome?.kind;
      if (kind && isFailure(kind)) groups.set(kind, [...(groups.get(kind) ?? []), upgrade]);
    }
    return groups;
  }

  function lateChanges(rollout: Rollout): readonly Upgrade[] {
    const ended = rollout.endedAt ?? Number.POSITIVE_INFINITY;
    return newestAttempts(board, rollout).filter((upgrade) => upgrade.outcome && upgrade.outcome.at > ended);
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
      if (rollout.status !== "ended") return true;
      const posted = (key: string) => rollout.posts.get(key)?.ts !== undefined;
      const open = newestAttempts(board, rollout).some((upgrade) => !upgrade.closed);
      return open || !posted("card") || !posted("end") || lateChanges(rollout).length > 0;
    },
  };
}

function factChange(rollout: string, fact: MessageFact): Change {
  return { stream: `rollout.${rollout}`, actor: "drydock", facts: [fact] };
}

/** What the message says first, for the ledger. */
function plain(view: View): string {
  return view.summary.map((span) => (typeof span === "string" ? span : (Object.values(span)[0] ?? ""))).join("");
}
