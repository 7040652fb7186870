import { lineText } from "../core/plain-text.ts";
import { type Log, SlackError, type Thread } from "../core/ports.ts";
import { type Line, say } from "../core/view.ts";
import type { StoredEvent } from "../model/events.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import { tokenFailed } from "../people/token-ends.ts";
import type { Projections } from "../projections/projections.ts";

/** Tells people privately that their own token failed while a rollout ran on it. Its thread mentions them too. */
export interface TokenNotices {
  /** Events were written. Never throws. */
  follow(events: readonly StoredEvent[]): void;
}

export function createTokenNotices(ports: {
  readonly projections: Projections;
  readonly thread: Pick<Thread, "whisper">;
  readonly log: Log;
  readonly word: string;
}): TokenNotices {
  const { projections, thread, log, word } = ports;

  async function tell(person: string, rollout: Rollout, why: Line): Promise<void> {
    const line = [...why, ` ${rollout.id} is paused.`];
    const channel = rollout.posts.get("card")?.channel ?? rollout.channel;
    try {
      await thread.whisper({ channel, person, view: say("token-failed", line) });
    } catch (error) {
      if (!(error instanceof SlackError)) throw error;
      log.info(
        { rollout: rollout.id, reason: error.code },
        "a private message about a person's token could not be sent",
      );
      return;
    }
    const event = { type: "person.told", data: { key: "token-failed", text: lineText(line) } } as const;
    await projections.change(() => [{ stream: `person.${person}`, actor: "drydock", events: [event] }]);
  }

  /** The first rollout that was paused with the token, in the same transaction. */
  function pausedWith({ position }: StoredEvent, events: readonly StoredEvent[]): Rollout | undefined {
    const next = events.find((event) => event.position === position + 1 && event.type === "rollout.paused");
    return next && projections.rollouts.get(next.stream.slice("rollout.".length));
  }

  return {
    follow(events) {
      for (const event of events) {
        if (event.type !== "token.failed") continue;
        const rollout = pausedWith(event, events);
        const person = event.stream.slice("person.".length);
        const why = tokenFailed(event.data, event.data.why, word).line;
        if (rollout)
          void tell(person, rollout, why).catch((error: unknown) =>
            log.error({ error }, "a message about a person's token could not be sent"),
          );
      }
    },
  };
}
