import type { Clock, Log, Thread } from "../core/ports.ts";
import type { View } from "../core/view.ts";
import { reviewNotices, reviewReplies } from "../features/emergency/review-view.ts";
import { serverReplies } from "../features/external-upgrades/server-replies.ts";
import { freezeReplies } from "../features/freeze/freeze-view.ts";
import { offerViews } from "../features/handover/handover-view.ts";
import { relayReplies } from "../features/relay-upgrade/relay-thread.ts";
import { dueReplies } from "../features/rollout/due-replies.ts";
import { failuresView, recoveredView } from "../features/rollout/failures-view.ts";
import { selfPauseView } from "../features/rollout/pause-view.ts";
import type { StoredEvent } from "../model/events.ts";
import { CARD, isPosted } from "../model/message-keys.ts";
import { DEFAULT_RELAYS } from "../model/relay/settings.ts";
import { isAsking } from "../model/rollout/request.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Places } from "../people/channels.ts";
import { failuresOf, recoveredFrom } from "../projections/failed-and-late.ts";
import type { Projections } from "../projections/projections.ts";
import { newestAttempts } from "../projections/rollout-progress.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { RelayNames } from "../servers/relay-names.ts";
import type { ServerStatuses } from "../servers/server-status.ts";
import { createCards } from "./cards.ts";
import { createEnding } from "./ending.ts";
import { createMessages } from "./messages.ts";
import { createPasses } from "./passes.ts";
import { createReplies, type Replies } from "./replies.ts";

const ROLLOUT = "rollout.";

export interface Reporter {
  /** Brings what Slack shows of the rollout up to what is true. Calls while one is running are folded into one more run. */
  report(rollout: Rollout): Promise<void>;
  /** Events were written: the card of a rollout that a person acted on is drawn again at once. */
  follow(events: readonly StoredEvent[]): void;
  /** Whether anything of the rollout may still have to be told. */
  concerns(rollout: Rollout): boolean;
}

interface Ports {
  readonly projections: Projections;
  readonly thread: Thread;
  readonly clock: Clock;
  readonly log: Log;
  readonly operationsChannel: string | undefined;
  readonly places: Places;
  /** Looks which approvers are still there, before people are mentioned. */
  readonly lookAtApprovers: (rollout: Rollout) => Promise<void>;
  /** The rollout's server, as it is shown; undefined if it is not configured any more. */
  readonly serverOf: (rollout: Rollout) => ManagedServer | undefined;
  readonly statuses: Pick<ServerStatuses, "of">;
  /** Why what is approved does not start though its time has come; undefined if nothing keeps it. */
  readonly waitsFor: (rollout: string) => string | undefined;
  readonly relayNames: Pick<RelayNames, "read">;
}

/** What Slack was told is compared with what is true, again and again: so a crash, or a Slack that fails, only delays it. */
export function createReporter(ports: Ports): Reporter {
  const { projections } = ports;
  const passes = createPasses(ports);
  const cards = createCards(ports);
  const messages = createMessages(ports);
  const ending = createEnding({ ...ports, messages });

  /** The rollout as it is now, and its card as it is whenever it is drawn; undefined if its server is not configured. */
  function look(id: string): { readonly rollout: Rollout; readonly draw: () => View } | undefined {
    const rollout = projections.rollouts.get(id);
    if (!rollout || !ports.serverOf(rollout)) return undefined;
    return { rollout, draw: () => cards.draw(projections.rollouts.get(id) ?? rollout) };
  }

  async function showCard(id: string): Promise<void> {
    const now = look(id);
    if (!now) return;
    await messages.card(now.rollout, now.draw, ending.isSettled(now.rollout));
    if (now.rollout.status === "ended") await messages.setFresh(now.rollout);
  }

  async function redrawAtOnce(id: string): Promise<void> {
    const now = look(id);
    if (now) await messages.press(now.rollout, now.draw);
  }

  /** Replies go below a card, so the first ones wait until it is there. */
  async function tellReplies(id: string): Promise<void> {
    const now = look(id);
    const place = now && messages.ofReplies(now.rollout);
    if (!now || !place) return;
    const settled = ending.isSettled(now.rollout);
    const replies = createReplies({ messages, settled, card: now.draw, place, log: ports.log });
    await replyTo(now.rollout, replies);
    replies.settle();
  }

  async function replyTo(now: Rollout, replies: Replies): Promise<void> {
    await requestReplies(now, replies);
    if (now.status === "requested" || now.status === "closed") return;
    for (const { key, view, onlyEdit } of serverReplies(now, projections.server(now.plan.server)))
      if (!onlyEdit || isPosted(now, key)) await replies.tell(now, key, view);
    const { selfPause, selfPauses } = now.guards;
    if (selfPause)
      await replies.tell(now, `halt-${selfPauses}`, selfPauseView(now, selfPause, newestAttempts(projections, now)));
    await failureReplies(now, replies);
    if (now.plan.relays) await relayMessages(now, replies);
    if (now.status === "ended") {
      const latest = look(now.id);
      if (latest && !ending.isSettled(now)) await messages.pressEnd(latest.rollout, latest.draw);
      await ending.tell(now, replies);
    }
    if (now.review) await reviewMessages(projections.rollouts.get(now.id) ?? now, replies);
  }

  async function relayMessages(rollout: Rollout, replies: Replies): Promise<void> {
    const server = ports.serverOf(rollout);
    if (!server) return;
    const { deadlines } = server.relays ?? DEFAULT_RELAYS;
    for (const { key, view } of relayReplies(rollout, { url: server.url, deadlines }))
      await replies.tell(projections.rollouts.get(rollout.id) ?? rollout, key, view);
  }

  /** What the operations channel has to be told of an emergency; drawn again once it has been looked at. */
  async function reviewMessages(rollout: Rollout, replies: Replies): Promise<void> {
    const server = ports.serverOf(rollout);
    if (!server) return;
    for (const { key, view } of reviewNotices(rollout, server.policy))
      await replies.tell(rollout, key, view, ports.operationsChannel ?? replies.place.channel);
    for (const { key, view } of reviewReplies(rollout))
      if (!isPosted(rollout, key)) await replies.tell(rollout, key, view);
  }

  /** One reply for each cause, edited as it grows; one that is over is not taken back, but says so. */
  async function failureReplies(rollout: Rollout, replies: Replies): Promise<void> {
    const server = ports.serverOf(rollout);
    if (!server) return;
    const groups = failuresOf(projections, rollout);
    const around = {
      rollout,
      policy: server.policy,
      links: server.links ?? {},
      upgrades: newestAttempts(projections, rollout),
    };
    for (const { diagnosis, failed } of groups) {
      const relayed = failed.some(({ agent }) => agent.relay !== undefined);
      const names = relayed ? await ports.relayNames.read(server) : new Map<string, string>();
      const view = failuresView({ ...around, relayNames: names, diagnosis, failed });
      await replies.tell(rollout, `failed-${diagnosis.cause}`, view);
    }
    for (const diagnosis of recoveredFrom(rollout, groups)) {
      const view = recoveredView(rollout, diagnosis, around.upgrades);
      await replies.tell(rollout, `failed-${diagnosis.cause}`, view);
    }
  }

  /** What is new about a request or a pause: each of these once, since only a new message tells anybody. */
  async function requestReplies(rollout: Rollout, replies: Replies): Promise<void> {
    const server = ports.serverOf(rollout);
    if (!server) return;
    // Drawn again when it is over, so that nobody presses its buttons in vain.
    for (const { key, view } of offerViews(rollout)) await replies.tell(rollout, key, view);
    const { freeze } = projections.claims(server.name);
    const due = [...dueReplies(rollout, server.policy), ...freezeReplies(rollout, server.policy, freeze)];
    for (const { key, view } of due) {
      const latest = projections.rollouts.get(rollout.id);
      if (latest && !isPosted(latest, key)) await replies.tell(latest, key, view);
    }
  }

  return {
    async report({ id }) {
      const now = projections.rollouts.get(id);
      if (now && isAsking(now)) await ports.lookAtApprovers(now);
      const card = passes.run(id, "card", () => showCard(id));
      await passes.run(id, "replies", () => tellReplies(id));
      await card;
    },
    follow(events) {
      const pressed = events.filter(({ stream, actor }) => stream.startsWith(ROLLOUT) && actor !== "drydock");
      // If that fails, the next pass finds it and says so.
      for (const id of new Set(pressed.map(({ stream }) => stream.slice(ROLLOUT.length))))
        void redrawAtOnce(id).catch(() => undefined);
    },
    concerns(rollout) {
      const posted = (key: string) => isPosted(rollout, key);
      if (rollout.status === "closed") return dueReplies(rollout, undefined).some(({ key }) => !posted(key));
      if (rollout.status !== "ended") return true;
      const policy = ports.serverOf(rollout)?.policy;
      if (policy && [...reviewNotices(rollout, policy), ...reviewReplies(rollout)].some(({ key }) => !posted(key)))
        return true;
      const open = newestAttempts(projections, rollout).some((upgrade) => !upgrade.closed);
      return open || !posted(CARD) || rollout.posts.get(CARD)?.stale === true || !ending.isTold(rollout);
    },
  };
}
