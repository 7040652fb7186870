import { SlackError, type Thread } from "../core/ports.ts";
import { say, type View } from "../core/view.ts";
import { type Left, lateView, resultView } from "../features/rollout/thread-views.ts";
import { ServerError } from "../model/deploy-server.ts";
import { sslv3Counts } from "../model/guide/tls.ts";
import { END, FILE, isPosted, isSettled } from "../model/message-keys.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";
import type { Places } from "../people/channels.ts";
import type { Projections } from "../projections/projections.ts";
import { lateChanges, progressOf } from "../projections/rollout-progress.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { Messages } from "./messages.ts";
import { behindLines, laggingLines, relayResultView } from "./relay-result.ts";
import type { Replies } from "./replies.ts";
import { rolloutCsv } from "./rollout-csv.ts";

export interface Ending {
  /** The result, the list of every agent, and what changed afterwards: each in a reply of its own, once. */
  tell(rollout: Rollout, replies: Replies): Promise<void>;
  /** Whether Drydock has posted the end, and everything that changed after it. */
  isTold(rollout: Rollout): boolean;
}

export function createEnding(ports: {
  readonly projections: Projections;
  readonly thread: Thread;
  readonly places: Places;
  readonly messages: Messages;
  readonly serverOf: (rollout: Rollout) => ManagedServer | undefined;
}): Ending {
  const { projections, thread, places, messages, serverOf } = ports;

  /** What the server's agents still ask for, and speak; undefined where it does not answer. */
  async function stillWanted(rollout: Rollout): Promise<Left | undefined> {
    try {
      const server = serverOf(rollout);
      const agents = (await server?.urbancode.list()) ?? [];
      const count = (status: string) => agents.filter((agent) => agent.status === status).length;
      const below = server?.guide?.sslv3Below;
      return {
        required: count("upgrade-required"),
        recommended: count("upgrade-recommended"),
        ...(below ? { sslv3: { below, ...sslv3Counts(rollout.plan.agents, agents, below) } } : {}),
      };
    } catch (error) {
      if (error instanceof ServerError) return undefined;
      throw error;
    }
  }

  /** The whole list as a file; where it cannot be shown, the thread says why, once. */
  async function attach(
    rollout: Rollout,
    place: { readonly channel: string; readonly thread: string },
    replies: Replies,
  ): Promise<void> {
    const name = `${rollout.id}.csv`;
    const announced = rollout.posts.get(FILE);
    if (!announced)
      await messages.write(rollout, {
        type: "message.posting",
        data: { key: FILE, channel: place.channel, text: name },
      });
    const why = await upload(rollout, { ...place, name }, announced?.announcedAt);
    if (why !== undefined) {
      const view = say("list-not-attached", `The full list (${name}) is not shown here: ${why}.`);
      if (!(await replies.tell(rollout, "no-file", view))) return;
    }
    await messages.write(rollout, { type: "message.posted", data: { key: FILE, channel: place.channel, ts: name } });
  }

  /**
   * Uploads the list, unless it is there already (`since`: when it was announced before). Why it cannot be shown; undefined where it
   * is there. Throws SlackError where it may go later.
   */
  async function upload(
    rollout: Rollout,
    place: { readonly channel: string; readonly thread: string; readonly name: string },
    since: number | undefined,
  ): Promise<string | undefined> {
    const { channel } = place;
    const refusal = thread.isPrivate(channel) ? undefined : await places.refusalNow(channel, true);
    if (refusal !== undefined) return refusal;
    const upgrades = new Map(projections.newestAttempts(rollout).map((upgrade) => [upgrade.agent.id, upgrade]));
    try {
      if (since !== undefined && (await thread.hasFile({ ...place, since }))) return undefined;
      await thread.upload({ ...place, title: `${rollout.id}: every agent`, text: rolloutCsv(rollout, upgrades) });
      return undefined;
    } catch (error) {
      if (!(error instanceof SlackError) || error.kind === "away" || error.kind === "passing") throw error;
      return `Slack does not accept it (${error.code})`;
    }
  }

  async function result(rollout: Rollout): Promise<View> {
    const server = serverOf(rollout);
    const progress = progressOf(projections, rollout);
    if (rollout.plan.relays)
      return relayResultView(rollout, progress, server ? await behindLines(rollout, server) : []);
    return resultView(rollout, progress, await stillWanted(rollout), server ? await laggingLines(server) : []);
  }

  /** What changed after the end and is not told yet. */
  function unreported(rollout: Rollout): readonly { readonly key: string; readonly upgrade: Upgrade }[] {
    // Its few relays are all on the card.
    if (rollout.plan.relays) return [];
    return lateChanges(projections, rollout)
      .map((upgrade) => ({ key: `late-${upgrade.agent.id}-${upgrade.attempt}-${upgrade.outcome?.kind}`, upgrade }))
      .filter(({ key }) => !isPosted(rollout, key));
  }

  return {
    async tell(rollout, replies) {
      const { channel, thread } = replies.place;
      if (!isPosted(rollout, END)) await replies.tell(rollout, END, await result(rollout));
      const needsFile = !rollout.plan.relays && !isPosted(rollout, FILE);
      if (needsFile && thread !== undefined) await attach(rollout, { channel, thread }, replies);
      for (const { key, upgrade } of unreported(projections.rollouts.get(rollout.id) ?? rollout))
        await replies.tell(rollout, key, lateView(upgrade, thread === undefined ? rollout.id : undefined));
    },
    isTold: (rollout) => isSettled(rollout) && unreported(rollout).length === 0,
  };
}
