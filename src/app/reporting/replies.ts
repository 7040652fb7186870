import type { Rollout } from "../../domain/rollouts/rollout.ts";
import { SlackError } from "../ports.ts";
import type { View } from "../view.ts";
import { isOutOfReach, type Messages, type Place } from "./messages.ts";

/** Slack's words, and ours, for what keeps it from taking anything at all: another message would fare no better. */
const AWAY = new Set([
  ...["unreachable", "ratelimited", "closing", "queue_full", "service_unavailable"],
  ...["token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive"],
]);

export function isAway({ code }: SlackError): boolean {
  return AWAY.has(code);
}

/** One pass over what a rollout's thread has to say: a reply that Slack refuses keeps no other from being told. */
export interface Replies {
  readonly place: Place;
  /** Whether it is there now. `channel`: one that is not the thread's. Throws where nothing more can be told in this pass. */
  tell(rollout: Rollout, key: string, view: View, channel?: string): Promise<boolean>;
  /** Throws the first refusal, so that what was refused is tried again. */
  settle(): void;
}

export function createReplies({
  messages,
  place,
  card,
  settled,
}: {
  readonly messages: Messages;
  readonly place: Place;
  /** Draws the card above them. */
  readonly card: () => View;
  /** Whether the end of the rollout was told. */
  readonly settled: boolean;
}): Replies {
  const refusals: SlackError[] = [];

  return {
    place,
    async tell(rollout, key, view, channel) {
      try {
        await messages.tell(rollout, key, () => view, channel === undefined ? place : { channel });
        return true;
      } catch (error) {
        if (!(error instanceof SlackError) || isAway(error)) throw error;
        // The next pass goes on at the card's new place.
        if (
          channel === undefined &&
          isOutOfReach(error) &&
          (await messages.leave(rollout, { from: place, error, draw: card, settled }))
        )
          throw error;
        refusals.push(error);
        return false;
      }
    },
    settle() {
      const [first] = refusals;
      if (first) throw first;
    },
  };
}
