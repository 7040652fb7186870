import { type Log, SlackError } from "../core/ports.ts";
import type { View } from "../core/view.ts";
import { CARD, type Place } from "../model/message-keys.ts";
import { isOver, type Rollout } from "../model/rollout/rollout.ts";
import type { Messages } from "./messages.ts";
import { isContentRefused, isOutOfReach } from "./with-plain-fallback.ts";

/** One pass over what a rollout's thread has to say: a reply that Slack refuses keeps no other from being told. */
export interface Replies {
  readonly place: Place;
  /** Whether it is there now. `channel`: one that is not the thread's. Throws where nothing more can be told in this pass. */
  tell(rollout: Rollout, key: string, view: View, channel?: string): Promise<boolean>;
  /** Throws the first refusal, so that what was refused is tried again. Without one, all replies show what is true. */
  settle(rollout: Rollout): Promise<void>;
}

export function createReplies({
  messages,
  place,
  card,
  settled,
  log,
}: {
  readonly messages: Messages;
  readonly place: Place;
  /** Draws the card above them. */
  readonly card: () => View;
  /** Whether the end of the rollout was told. */
  readonly settled: boolean;
  readonly log: Log;
}): Replies {
  const refusals: SlackError[] = [];

  /** Where it is told, and where else if Slack refuses it there. One that was refused before begins where it was tried last. */
  function placesOf(rollout: Rollout, key: string, first: Place): readonly Place[] {
    const others = messages.after(rollout, first.channel).map((channel): Place => ({ channel }));
    const known = rollout.posts.get(key)?.channel;
    const last = others.findIndex(({ channel }) => messages.isSame(known, channel));
    return last < 0 ? [first, ...others] : others.slice(last);
  }

  return {
    place,
    async tell(rollout, key, view, channel) {
      const first = channel === undefined ? place : { channel };
      const places = placesOf(rollout, key, first);
      for (const at of places) {
        const isElsewhere = at.channel !== first.channel;
        try {
          await messages.tell(rollout, key, () => (isElsewhere ? elsewhere(rollout, view) : view), at, isElsewhere);
          return true;
        } catch (error) {
          if (!(error instanceof SlackError) || error.kind === "away") throw error;
          // The next pass goes on at the card's new place.
          if (
            at === place &&
            isOutOfReach(error) &&
            (await messages.leave(rollout, { from: place, error, draw: card, settled }))
          )
            throw error;
          const goesOn = isContentRefused(error) || isOutOfReach(error);
          const isLast = at === places.at(-1);
          if (goesOn && !isLast) {
            log.warn(
              { rollout: rollout.id, key, channel: at.channel, code: error.code },
              "Slack refused a reply for good, so it is shown elsewhere",
            );
            continue;
          }
          refusals.push(error);
          // Reporting leaves a rollout alone once it is over and all is posted. This says that a reply is still to be edited.
          if (!goesOn && isOver(rollout)) await messages.setStale(rollout, key, true);
          return false;
        }
      }
      return false;
    },
    async settle(rollout) {
      const [first] = refusals;
      if (first) throw first;
      const stale = [...rollout.posts.values()].filter((post) => post.stale && post.key !== CARD);
      for (const { key } of stale) await messages.setStale(rollout, key, false);
    },
  };
}

/** A reply that is not in its thread says of which rollout it is. */
function elsewhere({ id }: Rollout, view: View): View {
  const why = `${id}: Slack refused this message in the rollout's thread.`;
  return { ...view, parts: [{ kind: "note", lines: [[why]] }, ...view.parts] };
}
