import { SlackError, type Thread } from "../core/ports.ts";
import { say } from "../core/view.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Places } from "../people/channels.ts";

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
            if (!(error instanceof SlackError) || error.kind === "away") throw error;
          }),
        ),
      );
    },
  };
}
