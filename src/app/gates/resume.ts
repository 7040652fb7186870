import { decideContinue } from "../../domain/gates/go-on.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { Board } from "../board.ts";
import type { Identities } from "../people/identity.ts";
import type { Plans } from "../plans/plans.ts";
import type { Clock } from "../ports.ts";
import type { Site } from "../site.ts";
import { UserError } from "../user-error.ts";
import { checkRest } from "./rest-rights.ts";

export interface Resumer {
  /**
   * Goes on with a paused rollout with the person's rights, read afresh on every agent that still waits. Why it has to be approved
   * first; undefined where it goes on. Throws UserError where the person may not.
   */
  resume(site: Site, rollout: Rollout, person: string): Promise<string | undefined>;
}

export function createResumer(ports: {
  readonly board: Board;
  readonly plans: Plans;
  readonly identities: Identities;
  readonly clock: Clock;
}): Resumer {
  const { board, plans, identities, clock } = ports;
  return {
    async resume(site, { id }, person) {
      const rollout = board.rollouts.get(id);
      if (!rollout) throw new UserError(`${id} is not known here any more.`);
      const by = await checkRest({ site, rollout, person, board, plans, identities });
      let because: string | undefined;
      await board.change(() => {
        const current = board.rollouts.get(id) ?? rollout;
        const decision = decideContinue(current, { by, policy: site.policy, now: clock.now(), typed: true });
        if ("refusal" in decision) throw new UserError(decision.refusal);
        const [fact] = decision.facts;
        because = fact?.type === "rollout.requested" ? (fact.data.because ?? "") : undefined;
        return [{ stream: `rollout.${id}`, actor: person, facts: decision.facts }];
      });
      return because;
    },
  };
}
