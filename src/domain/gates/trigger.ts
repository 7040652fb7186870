import { type Cause, said } from "../../core/cause.ts";
import type { Policy } from "../policy.ts";
import type { Rollout } from "../rollouts/rollout.ts";
import type { PauseKind, RolloutEvent } from "../rollouts/rollout-events.ts";
import { isNarrower } from "./approvers.ts";
import { blockedByRules } from "./blocked-by-rules.ts";
import { approvalsWanted, coveredUntil, isApproved, validApprovals } from "./request.ts";

/** Why no upgrade of the rollout may be requested now, as far as the rollout itself tells; undefined where it may. */
export function triggerBlocked(rollout: Rollout, policy: Policy, now: number): readonly Cause[] | undefined {
  if (rollout.status !== "running") return [said(`${rollout.id} is not running`)];
  return pauseDue(rollout, policy, now)?.causes;
}

/** What has become stricter since the rollout was last agreed to, apart from the number of approvals. */
export function tightened(rollout: Rollout, policy: Policy): readonly string[] {
  const { plan, policy: before } = rollout;
  const sentences = [...blockedByRules(policy, plan)];
  if (before && approvalsWanted(rollout, policy) > 0 && isNarrower(before, policy))
    sentences.push("Fewer people may approve now than when it was asked for.");
  if (becameDangerous(rollout, policy))
    sentences.push(`${policy.server} is marked dangerous now: its name has to be typed.`);
  return sentences;
}

export function becameDangerous(rollout: Rollout, policy: Policy): boolean {
  return policy.dangerous && rollout.policy !== undefined && !rollout.policy.dangerous;
}

/** Whether a running rollout has to be paused, and why. */
export function pauseDue(
  rollout: Rollout,
  policy: Policy,
  now: number,
): { readonly kind: PauseKind; readonly causes: readonly Cause[] } | undefined {
  if (rollout.status !== "running") return undefined;
  const stricter = tightened(rollout, policy);
  if (stricter.length > 0) return { kind: "policy", causes: stricter.map(said) };
  if (!isApproved(rollout, policy)) {
    const [has, wants] = [validApprovals(rollout, policy).length, approvalsWanted(rollout, policy)];
    return {
      kind: "policy",
      causes: [
        said(
          `${policy.server} wants ${wants === 1 ? "1 approval" : `${wants} approvals`} for it now, and it has ${has}.`,
        ),
      ],
    };
  }
  if (now >= coveredUntil(rollout, policy))
    return {
      kind: "coverage",
      causes: [said("Its approval does not cover upgrades that begin now: it was given too long ago.")],
    };
  return undefined;
}

/** What is written down when a running rollout is paused by its rules. */
export function pauseEvents(
  rollout: Rollout,
  policy: Policy,
  now: number,
  ask: (because: readonly Cause[]) => RolloutEvent,
): readonly RolloutEvent[] {
  const pause = pauseDue(rollout, policy, now);
  if (!pause) return [];
  const paused: RolloutEvent = { type: "rollout.paused", data: { by: "drydock", ...pause } };
  const impossible = blockedByRules(policy, rollout.plan).length > 0;
  // Asking again is of no use where the rules would not have it, nor where a person has to type the server's name first.
  const asks = approvalsWanted(rollout, policy) > 0 && !impossible && !becameDangerous(rollout, policy);
  return asks ? [paused, ask(pause.causes)] : [paused];
}
