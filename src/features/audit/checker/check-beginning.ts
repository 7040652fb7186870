import type { Evidence } from "../../../model/evidence.ts";
import type { Policy } from "../../../model/policy.ts";
import { agesOf, counting, coveredUntil, isEmergency, letsSelf, requiredFor } from "./approvals.ts";
import { NO_RULES, ownerRights, SKEW } from "./check-press.ts";
import { finding, type Judgement, PROVEN, provenByReading, type Row, unrecorded } from "./claims.ts";
import type { Course, ServerCourse } from "./course.ts";
import { inWindow } from "./in-window.ts";

/** Rights that were read earlier do not count at an upgrade, in ms. */
const MAX_AGE = 10_000;

/** What begins: an agent's upgrade, or a relay whose owner is asked to upgrade it. */
interface Beginning extends Row {
  readonly id: string;
  readonly judged: Evidence | undefined;
}

export interface Around {
  readonly server: ServerCourse;
  /** The rules in force; undefined if the ledger does not hold them. */
  readonly inForce: Policy | undefined;
}

/** Everything that has to hold when an upgrade begins. */
export function checkBeginning(course: Course, event: Beginning, { server, inForce }: Around): void {
  const { tally } = course;
  tally.add("halt", event, halted(course));
  tally.add(
    "plan",
    event,
    course.agents.has(event.id) ? PROVEN : finding("It upgraded an agent that is not in its plan."),
  );
  tally.add("freeze", event, frozen(server, event));
  tally.add("window", event, windowed(inForce, event));
  tally.add("approvals", event, approved(course, event, inForce));
  tally.add("rights-trigger", event, ownerRights(course.owner, event.judged, MAX_AGE));
}

function halted({ status }: Course): Judgement {
  if (status === "running") return PROVEN;
  return finding(`An upgrade began while the rollout was ${STATES[status]}.`);
}

const STATES: Readonly<Record<Course["status"], string>> = {
  requested: "not started",
  running: "running",
  paused: "paused",
  stopping: "stopped",
  over: "over",
  stray: "not under way",
};

function frozen({ freeze, freezeUnknown }: ServerCourse, { at, judged }: Beginning): Judgement {
  const held = freeze && (freeze.until === null || at < freeze.until) ? freeze : judged?.freeze;
  if (held) return finding("It began while ", { person: held.by }, " had frozen the server.");
  if (freezeUnknown && !judged) return unrecorded("freezes that the accepted ledger may lack");
  return PROVEN;
}

function windowed(inForce: Policy | undefined, { at, judged }: Beginning): Judgement {
  const outside = finding("It began outside the maintenance windows.");
  if (judged?.window && !judged.window.open) return outside;
  if (!inForce) return judged ? PROVEN : unrecorded(NO_RULES);
  const { windows } = inForce;
  return windows.length === 0 || inWindow(windows, at) || inWindow(windows, at - SKEW) ? PROVEN : outside;
}

function approved(course: Course, { at, judged }: Beginning, inForce: Policy | undefined): Judgement {
  const asked = course.asked?.needed ?? 0;
  const byRules = inForce ? requiredFor(inForce, course.size) : 0;
  // The start says which.
  if (inForce && byRules > 0 && isEmergency(course, inForce)) return { kind: "waived" };
  const required = Math.max(asked, byRules);
  const given = counting(course, letsSelf(course, inForce), judged);
  if (given.length < required) return finding(`It had ${given.length} of ${required} required approvals.`);
  if (required > 0 && at - SKEW >= coveredUntil(course, given, required, inForce))
    return finding("Its approvals did not cover that time any more.");
  return inForce ? provenByReading(required > 0 ? agesOf(given, judged) : []) : unrecorded(NO_RULES);
}
