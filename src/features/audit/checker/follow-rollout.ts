import type { StoredEvent } from "../../../model/events.ts";
import { isOf } from "./approvals.ts";
import { checkApproval, checkOwner, type PressRules } from "./check-press.ts";
import { checkReviewClosed } from "./check-review.ts";
import { type Course, joinParty } from "./course.ts";

type NewOwner = Extract<StoredEvent, { readonly type: "rollout.continued" | "rollout.handed-over" }>;

/** Takes one event of a rollout's stream, after it was asked for or started. */
export function followRollout(course: Course, event: StoredEvent, rules: PressRules): void {
  noteLost(course, event);
  switch (event.type) {
    case "rollout.approved":
      approve(course, event, rules);
      return;
    case "rollout.denied":
      close(course, "stopping");
      return;
    case "rollout.withdrawn":
    case "rollout.expired":
      close(course, course.status);
      return;
    case "rollout.paused":
      course.status = "paused";
      return;
    case "rollout.continued":
      course.status = "running";
      course.policy = event.data.policy;
      own(course, event);
      return;
    case "rollout.handed-over":
      own(course, event);
      return;
    case "rollout.stopped":
      course.status = "stopping";
      return;
    case "rollout.ended":
      course.status = "over";
      return;
    case "rollout.scheduled":
      course.startAt = event.data.at;
      return;
    case "rollout.rescheduled":
      course.startAt = event.data.at;
      if (course.asked) course.asked.approvals = [];
      return;
    case "rollout.unscheduled":
      course.startAt = undefined;
      return;
    case "review.opened":
      course.review = { position: event.position, at: event.at, isOpen: true };
      return;
    case "review.closed":
      checkReviewClosed(course, event, rules);
      return;
    case "waiting.returned":
      returned(course, event.data.agents);
      return;
    case "waiting.dropped":
      for (const { id } of event.data.agents) course.waiting.delete(id);
      return;
    default:
  }
}

function approve(
  course: Course,
  event: Extract<StoredEvent, { readonly type: "rollout.approved" }>,
  rules: PressRules,
): void {
  const { asked } = course;
  // An approval of an earlier round or of another plan counts for nothing.
  if (!isOf(asked, event.data)) return;
  checkApproval(course, asked, event, rules);
  const { by: person, serverUser: user } = event.data;
  const others = asked.approvals.filter((earlier) => earlier.person !== person || !earlier.isLost);
  asked.approvals = [...others, { person, user, at: event.at }];
}

/** Whose approval was lost can give another one, and it counts from then on. */
function noteLost({ asked }: Course, { data }: StoredEvent): void {
  const lost = ("judged" in data && data.judged?.approvals?.filter((read) => read.lost)) || [];
  if (!asked || lost.length === 0) return;
  asked.approvals = asked.approvals.map((given) =>
    lost.some(({ by }) => by === given.person) ? { ...given, isLost: true } : given,
  );
}

/** A request that comes to nothing. Of a rollout that has begun, a denial stops it. */
function close(course: Course, begun: Course["status"]): void {
  if (course.asked) course.asked.closed = true;
  course.status = course.status === "requested" ? "over" : begun;
}

function own(course: Course, event: NewOwner): void {
  course.owner = { person: event.data.by, user: event.data.serverUser };
  joinParty(course, course.owner);
  checkOwner(course, event);
}

/** Only agents that the plan waits for join it: any other is one that no one approved, and is found when it begins. */
function returned(course: Course, agents: readonly { readonly id: string }[]): void {
  for (const { id } of agents) if (course.waiting.delete(id)) course.agents.add(id);
}
