import type { Caller } from "../../core/call.ts";
import type { Clock } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import { data } from "../../core/view.ts";
import { freezeWords } from "../../gates/freeze.ts";
import { hasApprovers, unfreezerWords } from "../../gates/unsatisfiable.ts";
import type { Party } from "../../model/rollout/rollout-parts.ts";
import type { Freeze } from "../../model/server/claims.ts";
import { decideFreeze, inForce } from "../../model/server/freeze.ts";
import type { Authorize } from "../../people/authorize.ts";
import { partyOf } from "../../people/identity.ts";
import { requireApprover } from "../../people/require-approver.ts";
import type { Projections } from "../../projections/projections.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";

/** Stops the clock of a server, and starts it again. Both throw a UserError that says why not. */
export interface Freezes {
  /** @param until ms since 1970; null = until somebody unfreezes it. */
  freeze(
    server: ManagedServer,
    call: Caller,
    wanted: { readonly reason: string; readonly until: number | null },
  ): Promise<void>;
  unfreeze(server: ManagedServer, call: Caller): Promise<void>;
}

export function createFreezes(ports: {
  readonly projections: Projections;
  readonly authorize: Authorize;
  readonly clock: Clock;
}): Freezes {
  const { projections, authorize, clock } = ports;

  /** Whoever may upgrade any agent of the server, by their rights of this moment. */
  async function upgrader(server: ManagedServer, person: string): Promise<Party> {
    const { user, may, wanted } = await authorize.onAny(server, person);
    if (!may)
      throw new UserError("no-permission", [
        `You may upgrade no agent of ${server.name}, where you are `,
        data(user.name),
        `. So you can neither freeze nor unfreeze it. Both require ${wanted.join(", ")} on one of its agents.`,
      ]);
    return partyOf(person, user);
  }

  async function mayUnfreeze(server: ManagedServer, person: string, { by }: Freeze): Promise<void> {
    if (by.person === person) return;
    // Where nobody may approve, whoever might have frozen it themselves ends it: a freeze must not outlive who made it.
    if (hasApprovers(server.policy)) await requireApprover(authorize, server, person, undefined);
    else await upgrader(server, person);
  }

  return {
    async freeze(server, { person, id: callId }, wanted) {
      const by = await upgrader(server, person);
      await projections.change(() => {
        const decision = decideFreeze(projections.claims(server.name).freeze, { ...wanted, by, now: clock.now() });
        if ("taken" in decision)
          throw new UserError("not-freeze-owner", [
            `${server.name} is `,
            ...freezeWords(decision.taken),
            `. Only they can change the freeze. They or ${unfreezerWords(server.policy)} can end it.`,
          ]);
        return [{ stream: `server.${server.name}`, actor: person, callId, events: [decision.event] }];
      });
    },
    async unfreeze(server, { person, id: callId }) {
      const held = () => inForce(projections.claims(server.name).freeze, clock.now());
      const before = held();
      if (!before) throw new UserError("not-frozen", `${server.name} is not frozen.`);
      await mayUnfreeze(server, person, before);
      await projections.change(() => {
        const now = held();
        if (now?.n !== before.n)
          throw new UserError("freeze-changed", `Another person froze or unfroze ${server.name} a moment ago.`);
        return [
          {
            stream: `server.${server.name}`,
            actor: person,
            callId,
            events: [{ type: "server.unfrozen", data: { by: person } }],
          },
        ];
      });
    },
  };
}
