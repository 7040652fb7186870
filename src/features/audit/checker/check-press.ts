import { count } from "../../../core/format.ts";
import type { StoredEvent } from "../../../model/events.ts";
import type { Evidence } from "../../../model/evidence.ts";
import type { Plan } from "../../../model/plan/plan.ts";
import type { Policy } from "../../../model/policy.ts";
import { agesOf, counting, letsSelf, MAX_IN_EMERGENCY, requiredFor } from "./approvals.ts";
import { finding, type Judgement, PROVEN, provenByReading, unrecorded, waived } from "./claims.ts";
import { type Asked, agentsOfPlan, type Course, isSame, type Who } from "./course.ts";
import { widened } from "./widened.ts";

type Event<T extends StoredEvent["type"]> = Extract<StoredEvent, { readonly type: T }>;

/** What is not recorded until an event holds these rules in full. */
export const NO_RULES = "the policy in force";

/** A check and the record of what it found may be so far apart, in ms. */
export const SKEW = 1_000;

/** An approval: its giver may give it, is no requester, and gives it in time. The course is as it was before. */
export function checkApproval(course: Course, asked: Asked, event: Event<"rollout.approved">, inForce?: Policy): void {
  const { by, serverUser, judged } = event.data;
  const { tally, policy } = course;
  tally.add("approvers", event, approvesOthers(course, { person: by, user: serverUser }, inForce));
  if (event.at - SKEW >= asked.expiresAt)
    tally.add("approvals", event, finding({ person: by }, " approved it after the request had expired."));
  tally.add("rights-press", event, approverRights(by, policy, judged));
}

function approvesOthers(course: Course, who: Who, inForce: Policy | undefined): Judgement {
  const { person, user } = who;
  if (!course.parties.some((known) => isSame(known, who))) return PROVEN;
  if (!letsSelf(course, inForce))
    return finding({ person }, " (", { data: user.name }, ") approved a rollout that they asked for or owned.");
  if (!inForce) return unrecorded(NO_RULES);
  return {
    kind: "proven",
    note: [{ person }, " (", { data: user.name }, ") approved what they asked for or owned, as the policy allows."],
  };
}

export function approverRights(by: string, policy: Policy | undefined, judged: Evidence | undefined): Judgement {
  const { people = [], usergroups = [], roles = [] } = policy?.approvers ?? {};
  if (policy && usergroups.length + roles.length === 0 && !people.includes(by))
    return finding({ person: by }, " is not among the approvers of the policy.");
  const read = judged?.approvals?.find((approval) => approval.by === by);
  if (read?.lost === undefined) return unrecorded("whether the approver could approve");
  if (read.lost !== null) return finding({ person: by }, " could not approve: ", { data: read.lost }, ".");
  return provenByReading(read.age === undefined ? [] : [read.age]);
}

/** A request: whose rights Drydock read, when the person pressed. */
export function checkRequest({ tally }: Course, requester: Who, event: Event<"rollout.requested">): void {
  const { because, judged } = event.data;
  // If Drydock asks again by itself, no one pressed; after a resume or a handover the row may hold no rights (docs/operations/audit.md).
  if (because === null || judged?.lacking) tally.add("rights-press", event, ownerRights(requester, judged));
}

/** A start: its approvals, and the rights of the person for whom it starts. The course is as it is afterwards. */
export function checkStart(course: Course, event: Event<"rollout.started">, inForce: Policy | undefined): void {
  const { tally, asked } = course;
  const { plan, judged } = event.data;
  tally.add("rights-press", event, ownerRights(course.owner, judged));
  if (asked) {
    const wider = widened(asked.plan, plan);
    if (wider !== undefined) asked.approvals = [];
    const isWider = wider !== undefined && asked.needed > 0;
    tally.add("plan", event, isWider ? finding(`It did not start what was approved: ${wider}.`) : PROVEN);
  }
  tally.add("approvals", event, startApprovals(course, event, inForce));
}

function startApprovals(course: Course, event: Event<"rollout.started">, inForce: Policy | undefined): Judgement {
  const { plan, judged, policy } = event.data;
  const { asked } = course;
  if (!policy) return unrecorded("the policy at the start");
  const size = Math.max(course.size, agentsOfPlan(plan));
  const rules = inForce ? [policy, inForce] : [policy];
  const byRules = Math.max(...rules.map((each) => requiredFor(each, size)));
  const isEmergency = plan.options.emergency === true && asked === undefined && byRules > 0;
  if (isEmergency) {
    course.emergency = event;
    return emergencyStart(plan, rules, { size, required: byRules });
  }
  const required = Math.max(byRules, asked?.needed ?? 0);
  const given = counting(course, letsSelf(course, inForce), judged);
  if (given.length >= required) return provenByReading(required > 0 ? agesOf(given, judged) : []);
  return finding(`It started with ${given.length} of ${required} required approvals.`);
}

/**
 * @param rules of the rollout, and those in force.
 * @param without how many approvals they required of so many agents.
 */
function emergencyStart(
  plan: Plan,
  rules: readonly Policy[],
  without: { readonly size: number; readonly required: number },
): Judgement {
  if (!rules.every(({ emergency }) => emergency))
    return finding("It started as an emergency, and the policy allowed none.");
  const reason = (plan.options.reason ?? "").trim();
  if (reason === "") return finding("It started as an emergency without a reason.");
  const agents = agentsOfPlan(plan);
  if (agents > MAX_IN_EMERGENCY)
    return finding(`It started as an emergency with ${agents} agents (limit ${MAX_IN_EMERGENCY}).`);
  const { size, required } = without;
  // Others that the person asked for count with them.
  const counted = `${count(size, "agent")}${size > agents ? " within 24 h" : ""}`;
  const what = `the ${count(required, "approval")} that ${counted} required`;
  return waived(`It started as an emergency without ${what}. Reason: `, { data: reason });
}

/** Whose rights Drydock read for the owner, and that they lacked none. */
export function ownerRights(owner: Who, judged: Evidence | undefined, maxAge = Number.POSITIVE_INFINITY): Judgement {
  if (!judged?.owner || !judged.lacking) return unrecorded("the rights that Drydock read");
  const read = judged.owner;
  if (read.person !== owner.person || read.user.id !== owner.user.id)
    return finding(
      "Drydock read the rights of ",
      { person: read.person },
      ", and ",
      { person: owner.person },
      " owned it.",
    );
  const { permissions, age } = judged.lacking;
  if (permissions.length > 0)
    return finding({ person: owner.person }, " lacked ", { data: permissions.join(", ") }, ".");
  const oldest = Math.max(age, read.age);
  return oldest <= maxAge
    ? provenByReading([oldest])
    : finding(`Drydock had read the rights ${Math.round(oldest / 1_000)} s before.`);
}
