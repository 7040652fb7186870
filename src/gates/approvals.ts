import { approvalsWanted, isApproved, isParty, validApprovals } from "../model/rollout/request.ts";
import { type RolloutGate, WAIT } from "./gate.ts";
import { asksAgain } from "./rule-effect.ts";

/** A rollout needs the approvals that the rules want, by other people than those who ever owned it. */
export const approvals: RolloutGate = {
  id: "approvals",
  at: ["due", "resume", "accept", "tick", "relay-asked", "trigger"],
  blocks({ rollout }, { at, policy }) {
    if (!rollout || isApproved(rollout, policy)) return undefined;
    const { request } = rollout;
    const valid = validApprovals(rollout, policy);
    const params = { server: policy.server, wants: approvalsWanted(rollout, policy), has: valid.length };
    const isVoid = request?.approvals.some((approval) => isParty(rollout, approval) && !valid.includes(approval));
    const isByOwner = (at === "resume" || at === "accept") && !request?.closed && isVoid;
    // What has not begun is asked for already.
    const effect = at === "due" ? WAIT : asksAgain("policy");
    return { code: isByOwner ? "new-owner" : "missing", params, ...effect };
  },
  phrase({ code, params: { server, wants, has } }) {
    if (code === "new-owner") return ["It needs new approvals: the owner of a rollout cannot be one of its approvers."];
    return [`${server} requires ${wants === 1 ? "1 approval" : `${wants} approvals`} for it now, and it has ${has}.`];
  },
};
