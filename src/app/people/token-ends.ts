import type { OwnToken } from "../../domain/people/own-token.ts";
import type { PersonEvent } from "../../domain/people/person-events.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { Projections } from "../projections.ts";
import { UserError } from "../user-error.ts";

type TokenEnd = Extract<PersonEvent, { readonly type: "token.failed" | "token.unlinked" }>;

/** How tokens end. */
export interface TokenEnds {
  /**
   * Ends this very token and pauses the rollouts that it carried, in one transaction; then destroys it. Returns those rollouts;
   * undefined where it had ended already.
   */
  end(token: OwnToken, event: TokenEnd, actor: string): Promise<readonly Rollout[] | undefined>;
  /** The token is of no use any more: ended. What its owner is told is returned, to be thrown. */
  fail(token: OwnToken, why: string): Promise<UserError>;
}

export function createTokenEnds(ports: {
  readonly projections: Projections;
  readonly word: string;
  readonly destroy: (token: OwnToken) => Promise<void>;
}): TokenEnds {
  const { projections, word } = ports;

  async function end(token: OwnToken, event: TokenEnd, actor: string): Promise<readonly Rollout[] | undefined> {
    const { person, server, since } = token;
    let paused: readonly Rollout[] | undefined;
    await projections.change(() => {
      const now = projections.token(person, server);
      const already = !now || now.since !== since || (now.failed !== undefined && event.type === "token.failed");
      paused = already ? undefined : carriedBy(now);
      if (!paused) return [];
      const sentence = `Its owner's own token for ${server} ${event.type === "token.failed" ? `is of no use any more: ${event.data.why}` : ENDS[event.data.why]}.`;
      return [
        { stream: `person.${person}`, actor, events: [event] },
        ...paused.map(({ id }) => ({
          stream: `rollout.${id}`,
          actor,
          events: [{ type: "rollout.paused", data: { by: "drydock", kind: "rights", sentence } } as const],
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

  async function fail(token: OwnToken, why: string): Promise<UserError> {
    await end(token, { type: "token.failed", data: { server: token.server, why } }, "drydock");
    return new UserError("token-failed", failedWords(token, why, word));
  }

  return { end, fail };
}

const ENDS = {
  asked: "was unlinked",
  left: "was destroyed, because they left the workspace",
  off: "was destroyed, because own tokens are switched off",
} as const;

/** What the owner of a token is told once it is of no use. */
export function failedWords({ server }: Pick<OwnToken, "server">, why: string, word: string): string {
  return (
    `Your own token for ${server} is of no use any more: ${why}. It was destroyed here. ` +
    `Link a new one with ${word} link ${server}, or say ${word} unlink ${server} and Drydock's own account asks for your upgrades again.`
  );
}
