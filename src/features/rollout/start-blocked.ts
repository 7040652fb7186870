import { UserError } from "../../core/user-error.ts";
import type { Blocked } from "../../gates/gate.ts";
import { isApproved, isAsking } from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { causesText } from "../../phrases/cause-text.ts";
import type { Change } from "../../projections/change.ts";
import type { Projections } from "../../projections/projections.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";

/** Throws every block that refuses; what only waits is told on the card. */
export function refuse(blocked: readonly Blocked[]): void {
  const refused = blocked.filter(({ effect }) => effect === "refuse");
  if (refused.length > 0) throw new UserError("rules-not-met", causesText(refused.map(({ cause }) => cause)));
}

/** One open request per person and server, from whichever of their Slack accounts. */
export function refuseSecond(projections: Projections, server: ManagedServer, person: string, userId: string): void {
  const mine = (rollout: Rollout) =>
    rollout.status === "requested" &&
    isAsking(rollout) &&
    !isApproved(rollout, server.policy) &&
    rollout.parties.some((party) => party.person === person || party.user.id === userId);
  const open = projections.openRollouts(server.name).find(mine);
  if (open)
    throw new UserError(
      "already-requested",
      `Your request ${open.id} already waits for approval on ${server.name}. Withdraw it first, or wait.`,
    );
}

export function renewal(projections: Projections, old: string, as: string, by: string): Change {
  const before = projections.rollouts.get(old);
  if (before?.renewedAs !== undefined)
    throw new UserError("already-renewed", `${old} was asked again already, as ${before.renewedAs}.`);
  if (before?.status !== "closed") throw new UserError("not-renewable", `${old} cannot be asked again.`);
  return { stream: `rollout.${old}`, actor: by, events: [{ type: "rollout.renewed", data: { as, by } }] };
}

export function approvalsChanged(server: ManagedServer, needed: number, size: number): string {
  if (needed === 0) return `${server.name} no longer requires approval for this.`;
  return `${server.name} requires ${needed === 1 ? "1 approval" : `${needed} approvals`} for this now. ${size} agents count, with those that you asked for within 24 h.`;
}
