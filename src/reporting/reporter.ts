import type { Clock, Log, Thread } from "../core/ports.ts";
import type { View } from "../core/view.ts";
import type { Reply } from "../features/contribution.ts";
import { repliesTo } from "../features/contributions.ts";
import { failuresView, recoveredView } from "../features/retry/failures-view.ts";
import { selfPauseView } from "../features/rollout/pause-view.ts";
import type { StoredEvent } from "../model/events.ts";
import { CARD, closedKey, isAnyStale, isPosted, isSettled } from "../model/message-keys.ts";
import { isAsking } from "../model/rollout/request.ts";
import { isOver, type Rollout } from "../model/rollout/rollout.ts";
import type { Places } from "../people/channels.ts";
import type { Projections } from "../projections/projections.ts";
import { failuresOf, recoveredFrom } from "../projections/rollout-progress.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { RelayNames } from "../servers/relay-names.ts";
import type { ServerStatuses } from "../servers/server-status.ts";
import { createCards } from "./cards.ts";
import { createEnding } from "./ending.ts";
import { createMessages } from "./messages.ts";
import { createPasses } from "./passes.ts";
import { createReplies, type Replies } from "./replies.ts";

const ROLLOUT = "rollout.";
/** For how long a thread is left alone while its rollout and server do not change, in ms. Drydock looks again then: a channel may have changed. */
const UNCHANGED = 5_000;

export interface Reporter {
  /** Brings what Slack shows of these rollouts up to what is true; a call while one runs is one more run. Forgets the messages of all others. */
  report(rollouts: readonly Rollout[]): Promise<void>;
  /** Events were written: the card of a rollout is drawn again at once if a person acted on it, or Drydock did because of a call. */
  follow(events: readonly StoredEvent[]): void;
  /** Whether anything of the rollout may still have to be told. */
  concerns(rollout: Rollout): boolean;
}

interface Ports {
  readonly projections: Projections;
  readonly thread: Thread;
  readonly clock: Clock;
  readonly log: Log;
  readonly ending: AbortSignal;
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

/** A rollout as it is now, and its card as it is whenever it is drawn. */
interface Now {
  readonly rollout: Rollout;
  /** As it is shown. */
  readonly server: ManagedServer;
  /** Whether Drydock has posted its end. */
  readonly settled: boolean;
  readonly draw: () => View;
}

/** What Slack was told is compared with what is true, again and again: so a crash, or a Slack that fails, only delays it. */
export function createReporter(ports: Ports): Reporter {
  const { projections, clock } = ports;
  const passes = createPasses(ports);
  const cards = createCards(ports);
  const messages = createMessages(ports);
  const ending = createEnding({ ...ports, messages });
  /** From what each rollout's replies were drawn last, and when. Slack had all of them then. */
  const complete = new Map<string, { readonly from: readonly unknown[]; readonly at: number }>();

  /** Undefined if its server is not configured. */
  function look(id: string): Now | undefined {
    const rollout = projections.rollouts.get(id);
    const server = rollout && ports.serverOf(rollout);
    if (!server) return undefined;
    const settled = rollout.status === "ended" && isSettled(rollout);
    return { rollout, server, settled, draw: () => cards.draw(projections.rollouts.get(id) ?? rollout) };
  }

  async function showCard(id: string): Promise<void> {
    const now = look(id);
    if (!now) return;
    await messages.card(now.rollout, now.draw, now.settled);
    if (isOver(now.rollout)) await messages.setStale(now.rollout, CARD, false);
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
    const { rollout, server, settled } = now;
    const { freeze } = projections.claims(server.name);
    const ofServer = [server, projections.server(server.name), freeze];
    const from = [rollout, projections.newestAttempts(rollout), ...ofServer, place.channel, place.thread];
    const before = complete.get(id);
    const at = clock.monotonic();
    if (before && at - before.at < UNCHANGED && from.every((one, i) => one === before.from[i])) return;
    const replies = createReplies({ messages, settled, card: now.draw, place, log: ports.log });
    await replyTo(now, replies);
    await replies.settle(rollout);
    complete.set(id, { from, at });
  }

  async function showEnd(id: string): Promise<void> {
    const now = look(id);
    if (now) await messages.pressEnd(now.rollout, now.draw);
  }

  async function replyTo({ rollout: now, server }: Now, replies: Replies): Promise<void> {
    if (now.status === "closed" && now.request && !isPosted(now, closedKey(now.request))) await showEnd(now.id);
    for (const reply of contributed(now, server)) await tellOne(now.id, reply, replies);
    if (now.status === "requested" || now.status === "closed") return;
    const { selfPause, selfPauses } = now.guards;
    if (selfPause) {
      const around = [projections.newestAttempts(now), await ports.relayNames.read(server)] as const;
      await replies.tell(now, `halt-${selfPauses}`, selfPauseView(now, selfPause, ...around));
    }
    await failureReplies(now, server, replies);
    if (now.status !== "ended") return;
    if (!isSettled(now)) await showEnd(now.id);
    await ending.tell(now, replies);
  }

  /** What the features have to say of it by now. */
  function contributed(rollout: Rollout, server: ManagedServer): readonly Reply[] {
    const { freeze } = projections.claims(server.name);
    return repliesTo({ rollout, server, state: projections.server(server.name), freeze });
  }

  async function tellOne(id: string, { key, view, how, toOperations }: Reply, replies: Replies): Promise<void> {
    const latest = projections.rollouts.get(id);
    const isThere = latest && isPosted(latest, key);
    if (!latest || (how === "once" && isThere) || (how === "correction" && !isThere)) return;
    const channel = toOperations ? (ports.operationsChannel ?? replies.place.channel) : undefined;
    await replies.tell(latest, key, view, channel);
  }

  /** One reply for each cause, edited as it grows; one that is over is not taken back, but says so. */
  async function failureReplies(rollout: Rollout, server: ManagedServer, replies: Replies): Promise<void> {
    const groups = failuresOf(projections, rollout);
    const upgrades = projections.newestAttempts(rollout);
    const around = { rollout, policy: server.policy, links: server.links ?? {}, upgrades };
    for (const { diagnosis, failed } of groups) {
      const relayed = failed.some(({ agent }) => agent.relay !== undefined);
      const names = relayed ? await ports.relayNames.read(server) : new Map<string, string>();
      const view = failuresView({ ...around, relayNames: names, diagnosis, failed });
      await replies.tell(rollout, `failed-${diagnosis}`, view);
    }
    for (const diagnosis of recoveredFrom(rollout, groups)) {
      const view = recoveredView(rollout, diagnosis, around.upgrades);
      await replies.tell(rollout, `failed-${diagnosis}`, view);
    }
  }

  async function reportOne({ id }: Rollout): Promise<void> {
    const now = projections.rollouts.get(id);
    if (now && isAsking(now)) await ports.lookAtApprovers(now);
    const card = passes.run(id, "card", () => showCard(id));
    await passes.run(id, "replies", () => tellReplies(id));
    await card;
  }

  return {
    async report(rollouts) {
      const open = new Set(rollouts.map(({ id }) => id));
      messages.keepOnly(open);
      for (const id of complete.keys()) if (!open.has(id)) complete.delete(id);
      await Promise.all(rollouts.map(reportOne));
    },
    follow(events) {
      const awaited = events.filter(
        ({ stream, actor, callId }) => stream.startsWith(ROLLOUT) && (actor !== "drydock" || callId !== undefined),
      );
      // If that fails, the next pass finds it and says so.
      for (const id of new Set(awaited.map(({ stream }) => stream.slice(ROLLOUT.length))))
        void redrawAtOnce(id).catch(() => undefined);
    },
    concerns(rollout) {
      const posted = (key: string) => isPosted(rollout, key);
      if (!isOver(rollout) || isAnyStale(rollout)) return true;
      const server = ports.serverOf(rollout);
      if (server && contributed(rollout, server).some(({ key, outlives }) => outlives && !posted(key))) return true;
      if (rollout.status === "closed") return false;
      const open = projections.newestAttempts(rollout).some((upgrade) => !upgrade.closed);
      return open || !posted(CARD) || !ending.isTold(rollout);
    },
  };
}
