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

/** What is not recorded if the ledger does not tell by which rules Drydock judged a press: replicas may have others than the monitor. */
export const NO_PRESS_RULES = "the policy by which Drydock judged the press";

/** What is not recorded if an event does not hold whose rights Drydock read. */
const NO_RIGHTS = "the rights that Drydock read";

/** The rules that a press is judged by. */
export interface PressRules {
  /** Undefined if the ledger does not hold them in full. */
  readonly policy: Policy | undefined;
  /** Whether the press itself names them. Otherwise they are those in force, which an older press need not have been judged by. */
  readonly areOwn: boolean;
}

/** A check and the record of what it found may be so far apart, in ms. */
export const SKEW = 1_000;

/** An approval: its giver may give it, is no requester, and gives it in time. The course is as it was before. */
export function checkApproval(course: Course, asked: Asked, event: Event<"rollout.approved">, rules: PressRules): void {
  const { by, serverUser, judged } = event.data;
  const { tally, policy } = course;
  tally.add("approvers", event, approvesOthers(course, { person: by, user: serverUser }, rules));
  if (event.at - SKEW >= asked.expiresAt)
    tally.add("approvals", event, finding({ person: by }, " approved it after the request had expired."));
  tally.add("rights-press", event, approverRights(by, policy, judged));
}

function approvesOthers(course: Course, who: Who, { policy, areOwn }: PressRules): Judgement {
  const { person, user } = who;
  if (!course.parties.some((known) => isSame(known, who))) return PROVEN;
  if (!letsSelf(course, areOwn ? policy : undefined))
    return finding({ person }, " (", { data: user.name }, ") approved a rollout that they asked for or owned.");
  if (!policy) return unrecorded(areOwn ? NO_PRESS_RULES : NO_RULES);
  if (!letsSelf(course, policy)) return unrecorded(NO_PRESS_RULES);
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

/** A resume or a handover: the rights of who owns it from then on. The course is as it is afterwards. */
export function checkOwner(course: Course, event: Event<"rollout.continued" | "rollout.handed-over">): void {
  const { judged } = event.data;
  course.unread = judged?.lacking ? undefined : event;
  if (judged?.lacking) course.tally.add("rights-press", event, ownerRights(course.owner, judged));
}

/** An agent or a relay has its first turn: if no rights were read when its owner took over, they are missing. Otherwise there were none to read. */
export function checkUnread(course: Course): void {
  if (course.unread) course.tally.add("rights-press", course.unread, unrecorded(NO_RIGHTS));
  course.unread = undefined;
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
  const { policy } = event.data;
  if (policy) tally.add("approvals", event, startApprovals(course, event, { policy, inForce }));
  else tally.add("approvals", event, unrecorded("the policy at the start"));
}

/** By the rules that it names. A replica may have had others than the monitor: then no one can tell which held. */
function startApprovals(
  course: Course,
  event: Event<"rollout.started">,
  { policy, inForce }: { readonly policy: Policy; readonly inForce: Policy | undefined },
): Judgement {
  const own = startedBy(policy, course, event);
  if (isEmergencyStart(course, event, policy)) course.emergency = event;
  if (own.kind === "finding" || !inForce) return own;
  return startedBy(inForce, course, event).kind === "finding" ? unrecorded("which of two policies held") : own;
}

function sizeOf({ size }: Course, { data: { plan } }: Event<"rollout.started">): number {
  return Math.max(size, agentsOfPlan(plan));
}

function isEmergencyStart(course: Course, event: Event<"rollout.started">, policy: Policy): boolean {
  const isAsked = event.data.plan.options.emergency === true && course.asked === undefined;
  return isAsked && requiredFor(policy, sizeOf(course, event)) > 0;
}

function startedBy(policy: Policy, course: Course, event: Event<"rollout.started">): Judgement {
  const { plan, judged } = event.data;
  const size = sizeOf(course, event);
  const byRules = requiredFor(policy, size);
  if (isEmergencyStart(course, event, policy)) return emergencyStart(plan, policy, { size, required: byRules });
  const required = Math.max(byRules, course.asked?.needed ?? 0);
  const given = counting(course, letsSelf(course, policy), judged);
  if (given.length >= required) return provenByReading(required > 0 ? agesOf(given, judged) : []);
  return finding(`It started with ${given.length} of ${required} required approvals.`);
}

/** @param without for so many agents, how many approvals the rules require where it is no emergency. */
function emergencyStart(
  plan: Plan,
  policy: Policy,
  without: { readonly size: number; readonly required: number },
): Judgement {
  if (!policy.emergency) return finding("It started as an emergency, and the policy allowed none.");
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
  if (!judged?.owner || !judged.lacking) return unrecorded(NO_RIGHTS);
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
