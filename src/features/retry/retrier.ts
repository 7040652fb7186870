import type { Call } from "../../core/call.ts";
import type { Clock } from "../../core/ports.ts";
import { UserError } from "../../core/user-error.ts";
import type { Line } from "../../core/view.ts";
import { decideRetry, type RetryDecision, retryEvent } from "../../model/rollout/retry.ts";
import { type Identities, partyOf } from "../../people/identity.ts";
import type { Visibility } from "../../people/visibility.ts";
import { causeText } from "../../phrases/cause-text.ts";
import { failuresOf } from "../../projections/rollout-progress.ts";
import { changeRollout } from "../../servers/change-rollout.ts";
import { currentRollout, type RolloutPorts } from "../../servers/current-rollout.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { droppedAgents, type Plans, selectionOf } from "../plan/plan-port.ts";
import { failedOf, namedReasons } from "../rollout/rollout-port.ts";

export interface Retrier {
  /**
   * Tries the failed agents of a rollout under way again, or those of one cause, with the person's rights read afresh on each of
   * them. It goes on with the rights of the rollout's owner. Throws UserError where the person may not, or none can be retried.
   */
  retry(
    server: ManagedServer,
    id: string,
    call: Pick<Call, "person" | "id">,
    cause: string | undefined,
  ): Promise<RetryDecision>;
}

export function createRetrier(
  ports: RolloutPorts & {
    readonly plans: Plans;
    readonly identities: Identities;
    readonly visibility: Pick<Visibility, "failures">;
    readonly clock: Clock;
  },
): Retrier {
  const { projections, plans, identities, visibility, clock } = ports;
  return {
    async retry(server, id, { person, id: callId }, cause) {
      const { rollout } = currentRollout(ports, id);
      const { user } = await identities.on(server, person);
      const shown = failedOf(await visibility.failures(server, rollout, person), rollout, cause);
      const names = new Set(shown.map(({ agent }) => agent.name));
      const told = (decision: RetryDecision): RetryDecision => ({
        ...decision,
        leftOut: decision.leftOut.filter(({ name }) => names.has(name)),
      });
      const failed = failedOf(failuresOf(projections, rollout), rollout, cause);
      const first = decideRetry(rollout, failed, { policy: server.policy, now: clock.now() });
      if (first.retried.length === 0) throw new UserError("nothing-to-retry", noneLeft(told(first)));
      const rerun = new Set(first.retried.map((agent) => agent.id));
      const selection = { ...selectionOf(rollout.plan, server.policy), includeOffline: false };
      const { plan } = await plans.read({ server, selection, person, rerun, own: id });
      const lacking = plan.excluded.filter(({ reason }) => reason === "no permission");
      if (lacking[0])
        throw new UserError("no-permission", [
          `${user.name} may not upgrade ${lacking.length} of these ${rerun.size} agents (`,
          ...causeText(lacking[0].cause, "unnamed"),
          "). A person with the permissions on all of them can retry them.",
        ]);
      const still = new Set(plan.agents.map((agent) => agent.id));
      const before = { ...plan, agents: rollout.plan.agents.filter((agent) => rerun.has(agent.id)) };
      let decision = first;
      const over = () => new UserError("wrong-state", `${id} has ended or was stopped a moment ago.`);
      await changeRollout(ports, { id, person, callId, refused: over }, ({ rollout: current }) => {
        if (current.status !== "running" && current.status !== "paused") return { refusal: "over" };
        const newest = failedOf(failuresOf(projections, current), current, cause).filter(
          ({ agent }) => !rerun.has(agent.id) || still.has(agent.id),
        );
        const decided = decideRetry(current, newest, { policy: server.policy, now: clock.now() });
        decision = {
          // One that failed meanwhile was not confirmed, and the person's rights on it were not read.
          retried: decided.retried.filter((agent) => rerun.has(agent.id)),
          leftOut: [...decided.leftOut, ...droppedAgents(before, plan)],
        };
        if (decision.retried.length === 0) throw new UserError("nothing-to-retry", noneLeft(told(decision)));
        return { events: [retryEvent(partyOf(person, user), cause ?? null, decision)] };
      });
      return told(decision);
    },
  };
}

function noneLeft({ leftOut }: RetryDecision): Line {
  return ["None of them can be retried now.", ...namedReasons(leftOut)];
}
