import { type Cause, cause } from "../core/cause.ts";
import { CLOSED, serverTrouble } from "../core/server-trouble.ts";
import { UserError } from "../core/user-error.ts";
import { follow } from "../gates/follow.ts";
import { ownerRefused } from "../gates/owner-rights.ts";
import { ServerError } from "../model/deploy-server.ts";
import type { OwnToken } from "../model/person/own-token.ts";
import type { PersonEvent } from "../model/person/person-events.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import { causeText } from "../phrases/cause-text.ts";
import type { Projections } from "../projections/projections.ts";

type TokenEnd = Extract<PersonEvent, { readonly type: "token.failed" | "token.unlinked" }>;

/** Who ended a token, and by which call; nobody if Drydock did. */
interface By {
  readonly actor: string;
  readonly callId?: string | undefined;
}

/** How tokens end. */
export interface TokenEnds {
  /**
   * Ends this very token and pauses the rollouts that it carried, in one transaction; then destroys it. Returns those rollouts;
   * undefined where it had ended already.
   */
  end(token: OwnToken, event: TokenEnd, by?: By): Promise<readonly Rollout[] | undefined>;
  /**
   * Ends a token that works no longer, and returns the error to throw. It is a ServerError, which is retried, if its owner has replaced
   * or unlinked it meanwhile.
   */
  fail(token: OwnToken, why: Cause): Promise<UserError | ServerError>;
}

export function createTokenEnds(ports: {
  readonly projections: Projections;
  readonly word: string;
  readonly toDestroy: (token: OwnToken) => Promise<(() => Promise<void>) | undefined>;
}): TokenEnds {
  const { projections, word } = ports;

  async function end(
    token: OwnToken,
    event: TokenEnd,
    by: By = { actor: "drydock" },
  ): Promise<readonly Rollout[] | undefined> {
    const { person, server, since } = token;
    let paused: readonly Rollout[] | undefined;
    // Asked before: its owner may link the next one, also on another replica, before this process goes on.
    const destroy = await ports.toDestroy(token);
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
        { stream: `person.${person}`, ...by, events: [event] },
        ...paused.map((rollout) => ({
          stream: `rollout.${rollout.id}`,
          ...by,
          events: follow("look", rollout, [ownerRefused(why)]),
        })),
      ];
    });
    if (!paused) return undefined;
    await destroy?.();
    return paused;
  }

  function carriedBy(token: OwnToken): readonly Rollout[] {
    if (token.failed !== undefined) return [];
    return projections
      .openRollouts(token.server)
      .filter(({ status, owner }) => status === "running" && owner === token.person);
  }

  async function fail(token: OwnToken, why: Cause): Promise<UserError | ServerError> {
    const { person, server, since } = token;
    await end(token, { type: "token.failed", data: { server, why } });
    // It is not the one that counts now, and its connections are of no use.
    if (projections.token(person, server)?.since !== since)
      return new ServerError("unreachable", serverTrouble("no-answer", server, { reason: CLOSED }));
    return tokenFailed(token, why, word);
  }

  return { end, fail };
}

/** What the owner of a token is told once it is of no use. */
export function tokenFailed({ server }: Pick<OwnToken, "server">, why: Cause, word: string): UserError {
  const line = [
    `Your own token for ${server} no longer works: `,
    ...causeText(why),
    `. Drydock destroyed its copy. Link a new one with ${word} link ${server}. Or type ${word} unlink ${server}: Drydock's own account then asks for your upgrades again.`,
  ];
  return new UserError("token-failed", line, cause("own-token-failed", { server, why }));
}
