import { decideFreeze, freezeWords, inForce } from "../../domain/gates/freeze.ts";
import { hasApprovers } from "../../domain/gates/satisfiable.ts";
import { zoneOf } from "../../domain/gates/windows.ts";
import type { Party } from "../../domain/rollouts/rollout-parts.ts";
import type { Freeze } from "../../domain/servers/claims.ts";
import type { Board } from "../board.ts";
import type { ApproverCheck } from "../people/approver.ts";
import type { Identities } from "../people/identity.ts";
import { rightsNow } from "../people/rights-now.ts";
import type { Tokens } from "../people/tokens.ts";
import type { Clock } from "../ports.ts";
import type { Site } from "../site.ts";
import { UserError } from "../user-error.ts";
import type { Line } from "../view.ts";

/** Stops the clock of a server, and starts it again. Both throw a UserError that says why not. */
export interface Freezes {
  /** @param until ms since 1970; null = until somebody unfreezes it. */
  freeze(site: Site, person: string, wanted: { readonly reason: string; readonly until: number | null }): Promise<void>;
  unfreeze(site: Site, person: string): Promise<void>;
}

export function createFreezes(ports: {
  readonly board: Board;
  readonly identities: Identities;
  readonly tokens: Pick<Tokens, "of">;
  readonly approvers: ApproverCheck;
  readonly clock: Clock;
}): Freezes {
  const { board, identities, tokens, approvers, clock } = ports;

  /** Whoever may upgrade any agent of the server, by their rights of this moment. */
  async function upgrader(site: Site, person: string): Promise<Party> {
    const agents = await site.fleet.agents();
    const { user, wanted, missing } = await rightsNow({ identities, tokens }, { site, person, agents, enough: 1 });
    if (![...missing.values()].some((lacking) => lacking.length === 0))
      throw new UserError(
        "no-permission",
        `${user.name} may upgrade no agent of ${site.name}, so they can neither freeze nor unfreeze it: that wants ${wanted.join(", ")} on one of its agents.`,
      );
    return { person, user: { id: user.id, name: user.name } };
  }

  async function mayUnfreeze(site: Site, person: string, { by }: Freeze): Promise<void> {
    if (by.person === person) return;
    // Where nobody may approve, whoever might have frozen it themselves ends it: a freeze must not outlive who made it.
    if (hasApprovers(site.policy)) await approvers.approver(site, person, undefined);
    else await upgrader(site, person);
  }

  return {
    async freeze(site, person, wanted) {
      const by = await upgrader(site, person);
      await board.change(() => {
        const decision = decideFreeze(board.claims(site.name).freeze, { ...wanted, by, now: clock.now() });
        if ("taken" in decision)
          throw new UserError("not-freeze-owner", [
            `${site.name} is `,
            ...frozenWords(site, decision.taken),
            ". Only they can change that; an approver can unfreeze it.",
          ]);
        return [{ stream: `server.${site.name}`, actor: person, facts: [decision.fact] }];
      });
    },
    async unfreeze(site, person) {
      const held = () => inForce(board.claims(site.name).freeze, clock.now());
      const before = held();
      if (!before) throw new UserError("not-frozen", `${site.name} is not frozen.`);
      await mayUnfreeze(site, person, before);
      await board.change(() => {
        const now = held();
        if (now?.n !== before.n)
          throw new UserError("freeze-changed", `${site.name} was frozen anew or unfrozen a moment ago.`);
        return [
          {
            stream: `server.${site.name}`,
            actor: person,
            facts: [{ type: "server.unfrozen", data: { by: person } }],
          },
        ];
      });
    },
  };
}

/** How a server is frozen now, in its own zone and in UTC; undefined where it is not. */
export function frozenLine(board: Board, site: Site, now: number): Line | undefined {
  const freeze = inForce(board.claims(site.name).freeze, now);
  return freeze && [`${site.name} is `, ...frozenWords(site, freeze), "."];
}

function frozenWords({ policy }: Site, freeze: Freeze): Line {
  return freezeWords(freeze, [zoneOf(policy.windows), "UTC"]);
}
