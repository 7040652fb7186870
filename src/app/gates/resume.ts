import type { Cause } from "../../core/cause.ts";
import { decideContinue } from "../../domain/gates/decide-start.ts";
import { validApprovals } from "../../domain/gates/request.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import { evidenceOf, withEvidence } from "../../model/with-evidence.ts";
import type { ManagedServer } from "../managed-server.ts";
import type { Identities } from "../people/identity.ts";
import type { ReadLostApprovals } from "../people/lost-approvals.ts";
import type { Plans } from "../plans/plans.ts";
import type { Clock } from "../ports.ts";
import type { Projections } from "../projections.ts";
import { UserError } from "../user-error.ts";
import { causesText } from "../views/cause-text.ts";
import { checkRest } from "./rest-rights.ts";

export interface Resumer {
  /**
   * Goes on with a paused rollout with the person's rights, read afresh on every agent that still waits. Why it has to be approved
   * first; undefined where it goes on. Throws UserError where the person may not.
   */
  resume(server: ManagedServer, rollout: Rollout, person: string): Promise<readonly Cause[] | undefined>;
}

export function createResumer(ports: {
  readonly projections: Projections;
  readonly plans: Plans;
  readonly identities: Identities;
  readonly lostApprovals: ReadLostApprovals;
  readonly clock: Clock;
}): Resumer {
  const { projections, plans, identities, lostApprovals, clock } = ports;
  return {
    async resume(server, { id }, person) {
      const rollout = projections.rollouts.get(id);
      if (!rollout) throw new UserError("no-such-rollout", `${id} is not known here any more.`);
      const readAt = clock.monotonic();
      const by = await checkRest({ server, rollout, person, projections, plans, identities });
      const serverVersion = await server.urbancode.version();
      const lost = await lostApprovals(server, rollout);
      let because: readonly Cause[] | undefined;
      let moved: readonly Cause[] | undefined;
      await projections.change(() => {
        const current = projections.rollouts.get(id) ?? rollout;
        const decision = decideContinue(current, {
          by,
          policy: server.policy,
          now: clock.now(),
          typed: true,
          serverVersion,
          lost,
        });
        if ("refusal" in decision) throw new UserError("resume-refused", decision.refusal);
        const asked = decision.events.find((event) => event.type === "rollout.requested");
        because = asked && (asked.data.because ?? []);
        moved = decision.events.find((event) => event.type === "rollout.paused")?.data.causes;
        const judged = evidenceOf({
          owner: by,
          age: clock.monotonic() - readAt,
          policy: server.policy,
          freeze: projections.claims(server.name).freeze,
          now: clock.now(),
          approvals: validApprovals(current, server.policy),
          lost,
        });
        return [{ stream: `rollout.${id}`, actor: person, events: withEvidence(decision.events, judged) }];
      });
      if (moved && !because)
        throw new UserError("server-version-changed", [
          ...causesText(moved),
          " Press Continue again if that is what you want.",
        ]);
      return because;
    },
  };
}
