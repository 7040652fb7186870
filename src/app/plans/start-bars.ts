import { isApproved, isAsking } from "../../domain/gates/request.ts";
import { isScheduled, scheduleBar } from "../../domain/gates/schedule.ts";
import type { Rollout } from "../../domain/rollouts/rollout.ts";
import type { Board, Change } from "../board.ts";
import { frozenLine } from "../gates/freezes.ts";
import type { Site } from "../site.ts";
import { UserError } from "../user-error.ts";

/** On one server; more than that nobody keeps in view. */
const MOST_SCHEDULED = 20;

/** A time that is over by now, or for which too much is scheduled already. */
export function refuseTime(board: Board, site: Site, at: number, now: number): void {
  const barred = scheduleBar(site.policy, at, now);
  if (barred !== undefined) throw new UserError("start-time-refused", barred);
  const scheduled = [...board.rollouts.values()].filter(
    (rollout) => rollout.plan.server === site.name && isScheduled(rollout),
  ).length;
  if (scheduled >= MOST_SCHEDULED)
    throw new UserError(
      "too-many-scheduled",
      `${scheduled} rollouts are scheduled on ${site.name} already, and that is the most.`,
    );
}

/** A request may be made meanwhile: what is approved waits for the end of the freeze. */
export function refuseFrozen(board: Board, site: Site, now: number): void {
  const frozen = frozenLine(board, site, now);
  if (frozen) throw new UserError("server-frozen", [...frozen, " Nothing can be started there until it is over."]);
}

/** One open request per person and server, from whichever of their Slack accounts. */
export function refuseSecond(board: Board, site: Site, person: string, userId: string): void {
  const mine = (rollout: Rollout) =>
    rollout.status === "requested" &&
    isAsking(rollout) &&
    !isApproved(rollout, site.policy) &&
    rollout.plan.server === site.name &&
    rollout.parties.some((party) => party.person === person || party.user.id === userId);
  const open = [...board.rollouts.values()].find(mine);
  if (open)
    throw new UserError(
      "already-requested",
      `Your request ${open.id} waits for approval already; one at a time on ${site.name}. Withdraw it first, or wait.`,
    );
}

export function renewal(board: Board, old: string, as: string, by: string): Change {
  const before = board.rollouts.get(old);
  if (before?.renewedAs !== undefined)
    throw new UserError("already-renewed", `${old} was asked again already, as ${before.renewedAs}.`);
  if (before?.status !== "closed") throw new UserError("not-renewable", `${old} cannot be asked again.`);
  return { stream: `rollout.${old}`, actor: by, facts: [{ type: "rollout.renewed", data: { as, by } }] };
}
