import type { Evidence } from "../../../model/evidence.ts";
import type { Policy } from "../../../model/policy.ts";
import { type Asked, type Course, type GivenApproval, isSame } from "./course.ts";

/** So many agents start without approval in an emergency: docs/adr/0043-emergencies.md. */
export const MAX_IN_EMERGENCY = 10;

/** How many approvals these rules require for so many agents. */
export function requiredFor({ approvals }: Policy, size: number): number {
  if (typeof approvals === "number") return approvals;
  return approvals.reduce((most, { above, count }) => (size > above ? Math.max(most, count) : most), 0);
}

/** Whether the rollout's rules let a requester approve. The rules in force must let them, too, if the ledger holds those. */
export function letsSelf(course: Course, inForce: Policy | undefined): boolean {
  return [course.policy, inForce ?? course.policy].every((policy) => policy?.selfApproval === true);
}

/**
 * The approvals that count now: of different people and server users, of no one who asked for it or owned it, and of no one who could
 * not give it any more, as Drydock read it for this event.
 */
export function counting(course: Course, self: boolean, judged: Evidence | undefined): readonly GivenApproval[] {
  const { asked, parties } = course;
  if (!asked || asked.closed) return [];
  const lost = new Set(judged?.approvals?.filter((read) => read.lost).map(({ by }) => by));
  return asked.approvals.filter(
    (given, i) =>
      !lost.has(given.person) &&
      !asked.approvals.slice(0, i).some((earlier) => isSame(earlier, given)) &&
      (self || !parties.some((party) => isSame(party, given))),
  );
}

/** How long ago Drydock had read that these could give their approval, in ms, as far as the event holds it. */
export function agesOf(given: readonly GivenApproval[], judged: Evidence | undefined): readonly number[] {
  const known = (judged?.approvals ?? []).filter(({ by }) => given.some(({ person }) => person === by));
  return known.flatMap(({ age }) => age ?? []);
}

/** Whether an emergency lets it run without approval: few agents, a review, rules that allow it, and no request. */
export function isEmergency(course: Course, policy: Policy): boolean {
  const few = course.agents.size + course.waiting.size <= MAX_IN_EMERGENCY;
  return policy.emergency && course.review !== undefined && course.asked === undefined && few;
}

/** Until when the approvals cover upgrades, with so many of them required. */
export function coveredUntil(
  course: Course,
  approvals: readonly GivenApproval[],
  required: number,
  inForce: Policy | undefined,
): number {
  const last = approvals[required - 1];
  const covers = [course.policy, inForce].flatMap((policy) => policy?.approvalCovers ?? []);
  if (!last || covers.length === 0) return Number.POSITIVE_INFINITY;
  return Math.max(last.at, course.startAt ?? 0) + Math.min(...covers);
}

/** Whether an approval is of this request: of its round, and of the plan that it asks for. */
export function isOf(asked: Asked | undefined, { round, hash }: Pick<Asked, "round" | "hash">): asked is Asked {
  return asked !== undefined && asked.round === round && asked.hash === hash;
}
