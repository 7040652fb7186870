import { type Cause, said } from "../../core/cause.ts";
import { changedAgents, renamedOrMoved } from "../plans/changed-agents.ts";
import type { Plan } from "../plans/plan.ts";
import { widening } from "../plans/widening.ts";
import type { Policy } from "../policy.ts";
import type { Rollout } from "../rollouts/rollout.ts";
import type { Party } from "../rollouts/rollout-parts.ts";
import { isNarrower } from "./approvers.ts";
import { askAgain } from "./ask-again.ts";
import { blockedByRules } from "./blocked-by-rules.ts";
import { type LostApproval, lostSentence } from "./lost-approval.ts";
import {
  approvalsWanted,
  coveredUntil,
  type Decision,
  isApproved,
  isAsking,
  validApprovals,
  withoutLost,
} from "./request.ts";
import { scheduleDue, waitsForTime } from "./schedule.ts";
import { versionEvents } from "./server-version.ts";
import { becameDangerous } from "./trigger.ts";

/** Agents that are named where a plan has changed. */
const MAX_NAMED = 5;

/**
 * What an approved request becomes once everything was read afresh: a rollout, where the plan is what was approved or less; a new
 * request, where it is more or the rules are stricter; nothing, where the rules would not have it at all.
 * @param plan as it is now, without the agents that have to be dropped.
 * @param owner the requester with the server's user that they are now.
 */
export function decideStart(
  rollout: Rollout,
  given: {
    readonly plan: Plan;
    readonly owner: Party;
    readonly dropped: readonly { readonly name: string; readonly why: Cause }[];
    readonly policy: Policy;
    readonly now: number;
    /** Approvals whose givers could not give them now. */
    readonly lost: readonly LostApproval[];
    /** Why nobody could give those that are missing then. */
    readonly hopeless: string | undefined;
  },
): Decision {
  const { plan, owner, policy, now, dropped, lost } = given;
  if (rollout.status !== "requested" || !isAsking(rollout)) return { refusal: `${rollout.id} waits for nothing.` };
  if (!isApproved(rollout, policy) || now >= coveredUntil(rollout, policy))
    return { refusal: `${rollout.id} is not approved.` };
  if (waitsForTime(rollout, now)) return { refusal: `The time of ${rollout.id} has not come yet.` };
  const lapsed = scheduleDue(rollout, policy, now);
  if (lapsed.length > 0) return { events: lapsed };
  const blocked = [...blockedByRules(policy, plan)];
  if (becameDangerous(rollout, policy))
    blocked.push(`${policy.server} is marked dangerous now: ask again and type its name.`);
  if (rollout.request?.requester.user.id !== owner.user.id)
    blocked.push("Whoever asked for it is another user of the server now.");
  if (blocked.length > 0)
    return { events: [{ type: "rollout.denied", data: { by: "drydock", causes: blocked.map(said) } }] };
  if (!isApproved(withoutLost(rollout, lost), policy)) {
    const because = [said(lostSentence(lost))];
    if (given.hopeless !== undefined) {
      const causes = [...because, said(given.hopeless)];
      return { events: [{ type: "rollout.denied", data: { by: "drydock", causes } }] };
    }
    return { events: [askAgain({ ...rollout, plan, schedule: undefined }, policy, now, because, owner, lost)] };
  }
  const wider = widening(rollout.plan, plan) ?? renamedOrMoved(rollout.plan, plan) ?? narrower(rollout, policy);
  if (wider !== undefined) {
    const named = changedAgents(rollout.plan, plan).slice(0, MAX_NAMED).join("; ");
    const because = [said(named === "" ? wider : `${wider} ${named}`)];
    return { events: [askAgain({ ...rollout, plan, schedule: undefined }, policy, now, because, owner)] };
  }
  const { id, channel, size } = rollout;
  return {
    events: [
      {
        type: "rollout.started",
        data: { rollout: id, plan, owner: owner.person, serverUser: owner.user, channel, policy, size, dropped },
      },
    ],
  };
}

/**
 * What happens when somebody wants a paused rollout to go on: they own it from then on. An approval that they gave does not
 * count any more, so it may have to be asked for again.
 * @param typed whether the server's name was typed, where that is needed.
 * @param serverVersion what the server is at now: where it is another than was agreed to, that has to be seen first.
 */
export function decideContinue(
  rollout: Rollout,
  given: {
    readonly by: Party;
    readonly policy: Policy;
    readonly now: number;
    readonly typed: boolean;
    readonly serverVersion?: string | undefined;
    /** Approvals whose givers could not give them now. */
    readonly lost: readonly LostApproval[];
  },
): Decision {
  const { by, policy, now, lost } = given;
  if (rollout.status !== "paused") return { refusal: `${rollout.id} is not paused.` };
  const moved = versionEvents(rollout, policy, given.serverVersion, now);
  if (moved.length > 0) return { events: moved };
  if (isAsking(rollout) && !isApproved(rollout, policy))
    return {
      refusal: `${rollout.id} waits for approvals: it has ${validApprovals(rollout, policy).length} of ${approvalsWanted(rollout, policy)}.`,
    };
  const blocked = [...blockedByRules(policy, rollout.plan)];
  if (policy.dangerous && !given.typed) blocked.push(`${policy.server} is marked dangerous: its name has to be typed.`);
  if (blocked.length > 0) return { refusal: blocked.join(" ") };
  const owned = { ...rollout, parties: [...rollout.parties, by] };
  const why = reasonToAsk(owned, policy, now, lost);
  if (why !== undefined) return { events: [askAgain(owned, policy, now, [said(why)], by, lost)] };
  return { events: [{ type: "rollout.continued", data: { by: by.person, serverUser: by.user, policy } }] };
}

/** Why a rollout that is under way has to be approved before it goes on; undefined where it need not be. */
export function reasonToAsk(
  rollout: Rollout,
  policy: Policy,
  now: number,
  lost: readonly LostApproval[],
): string | undefined {
  if (approvalsWanted(rollout, policy) === 0) return undefined;
  if (isApproved(rollout, policy) && !isApproved(withoutLost(rollout, lost), policy)) return lostSentence(lost);
  if (!isApproved(rollout, policy))
    return "It needs approvals that it does not have (any more): whoever owns a rollout cannot have approved it.";
  if (now >= coveredUntil(rollout, policy)) return "Its approval was given too long ago.";
  return narrower(rollout, policy);
}

function narrower(rollout: Rollout, policy: Policy): string | undefined {
  return rollout.policy && isNarrower(rollout.policy, policy)
    ? "Fewer people may approve now than when it was asked for."
    : undefined;
}
