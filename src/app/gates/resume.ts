import { decideContinue } from "../../domain/gates/go-on.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { Board } from "../board.ts";
import type { Identities } from "../people/identity.ts";
import type { Plans } from "../plans/plans.ts";
import type { Clock } from "../ports.ts";
import type { Site } from "../site.ts";
import { ServerError } from "../urbancode.ts";
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
      if (!rollout) throw new UserError("no-such-rollout", `${id} is not known here any more.`);
      const by = await checkRest({ site, rollout, person, board, plans, identities });
      const serverVersion = await versionNow(site);
      let because: string | undefined;
      let moved: string | undefined;
      await board.change(() => {
        const current = board.rollouts.get(id) ?? rollout;
        const decision = decideContinue(current, {
          by,
          policy: site.policy,
          now: clock.now(),
          typed: true,
          serverVersion,
        });
        if ("refusal" in decision) throw new UserError("resume-refused", decision.refusal);
        const asked = decision.facts.find((fact) => fact.type === "rollout.requested");
        because = asked && (asked.data.because ?? "");
        moved = decision.facts.find((fact) => fact.type === "rollout.paused")?.data.sentence;
        return [{ stream: `rollout.${id}`, actor: person, facts: decision.facts }];
      });
      if (moved !== undefined && because === undefined)
        throw new UserError("server-version-changed", `${moved} Press Continue again if that is what you want.`);
      return because;
    },
  };
}

/** Undefined where the front page does not tell. A server that is away is another matter: throws ServerError. */
export async function versionNow({ urbancode }: Site): Promise<string | undefined> {
  try {
    return await urbancode.version();
  } catch (error) {
    if (error instanceof ServerError && error.fault !== "unreachable" && error.fault !== "failing") return undefined;
    throw error;
  }
}
