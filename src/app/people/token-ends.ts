import { type Cause, cause } from "../../core/cause.ts";
import type { OwnToken } from "../../domain/people/own-token.ts";
import type { PersonEvent } from "../../domain/people/person-events.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import { lineText } from "../plain-text.ts";
import { type Log, SlackError, type Thread } from "../ports.ts";
import type { Projections } from "../projections.ts";
import { UserError } from "../user-error.ts";
import { say } from "../view.ts";
import { causeText } from "../views/cause-text.ts";

type TokenEnd = Extract<PersonEvent, { readonly type: "token.failed" | "token.unlinked" }>;

/** How tokens end. */
export interface TokenEnds {
  /**
   * Ends this very token and pauses the rollouts that it carried, in one transaction; then destroys it. Returns those rollouts;
   * undefined where it had ended already.
   */
  end(token: OwnToken, event: TokenEnd, actor: string): Promise<readonly Rollout[] | undefined>;
  /** The token is of no use any more: ended, and told to its owner once. What they are told is returned, to be thrown. */
  fail(token: OwnToken, why: Cause): Promise<UserError>;
}

export function createTokenEnds(ports: {
  readonly projections: Projections;
  readonly thread: Pick<Thread, "whisper">;
  readonly log: Log;
  readonly word: string;
  readonly destroy: (token: OwnToken) => Promise<void>;
}): TokenEnds {
  const { projections, thread, log, word } = ports;

  async function end(token: OwnToken, event: TokenEnd, actor: string): Promise<readonly Rollout[] | undefined> {
    const { person, server, since } = token;
    let paused: readonly Rollout[] | undefined;
    await projections.change(() => {
      const now = projections.token(person, server);
      const already = !now || now.since !== since || (now.failed !== undefined && event.type === "token.failed");
      paused = already ? undefined : carriedBy(now);
      if (!paused) return [];
      const why =
        event.type === "token.failed"
          ? cause("own-token-failed", { server, why: event.data.why })
          : cause("own-token-ended", { server, how: event.data.why });
      return [
        { stream: `person.${person}`, actor, events: [event] },
        ...paused.map(({ id }) => ({
          stream: `rollout.${id}`,
          actor,
          events: [{ type: "rollout.paused", data: { by: "drydock", kind: "rights", causes: [why] } } as const],
        })),
      ];
    });
    if (!paused) return undefined;
    await ports.destroy(token);
    return paused;
  }

  function carriedBy(token: OwnToken): readonly Rollout[] {
    if (token.failed !== undefined) return [];
    return [...projections.rollouts.values()].filter(
      ({ status, owner, plan }) => status === "running" && owner === token.person && plan.server === token.server,
    );
  }

  async function fail(token: OwnToken, why: Cause): Promise<UserError> {
    const { person, server } = token;
    const paused = await end(token, { type: "token.failed", data: { server, why } }, "drydock");
    const error = tokenFailed(token, why, word);
    const [first] = paused ?? [];
    if (first) await whisper(first, person, error);
    return error;
  }

  async function whisper(rollout: Rollout, person: string, { line }: UserError): Promise<void> {
    const channel = rollout.posts.get("card")?.channel ?? rollout.channel;
    try {
      await thread.whisper({ channel, person, view: say("token-failed", [...line, ` ${rollout.id} is paused.`]) });
    } catch (error) {
      // Its thread mentions them too.
      if (!(error instanceof SlackError)) throw error;
      log.info({ rollout: rollout.id, reason: error.code }, "a person could not be told privately about their token");
      return;
    }
    const text = `${lineText(line)} ${rollout.id} is paused.`;
    await projections.change(() => [
      {
        stream: `person.${person}`,
        actor: "drydock",
        events: [{ type: "person.told", data: { key: "token-failed", text } }],
      },
    ]);
  }

  return { end, fail };
}

/** What the owner of a token is told once it is of no use. */
export function tokenFailed({ server }: OwnToken, why: Cause, word: string): UserError {
  const line = [
    `Your own token for ${server} is of no use any more: `,
    ...causeText(why),
    `. It was destroyed here. Link a new one with ${word} link ${server}, or say ${word} unlink ${server} and Drydock's own account asks for your upgrades again.`,
  ];
  return new UserError("token-failed", line, cause("own-token-failed", { server, why }));
}
