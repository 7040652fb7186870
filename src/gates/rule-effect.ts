import type { Policy } from "../model/policy.ts";
import { approvalsWanted } from "../model/rollout/request.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import { type Effect, type Point, REFUSE } from "./gate.ts";

/** The moments at which a rule about a rollout speaks. */
export const RULE_POINTS: readonly Point[] = [
  "request",
  "schedule",
  "start",
  "proceed",
  "resume",
  "tick",
  "relay-asked",
  "trigger",
];

/** The moments at which what was agreed to is looked at again. */
export const AGREED_POINTS: readonly Point[] = ["proceed", "resume", "accept", "tick", "relay-asked", "trigger"];

const RUNNING: ReadonlySet<Point> = new Set<Point>(["tick", "relay-asked", "trigger"]);

/** A rule that is not met refuses what is pressed. What runs already pauses: asking again is of no use, the rules would not have it. */
export function ruleEffect(at: Point): Effect {
  return RUNNING.has(at) ? { effect: "pause", kind: "policy", asksAgain: false } : REFUSE;
}

/** What was agreed to does not carry it any more: it is asked for again. */
export function asksAgain(kind: "policy" | "coverage"): Effect {
  return { effect: "pause", kind, asksAgain: true };
}

/** What follows where something else was agreed to. Without approvals, asking again would start it unseen, so it is refused. */
export function asksAgainOrRefuses(rollout: Rollout, policy: Policy): Effect {
  return approvalsWanted(rollout, policy) === 0 ? REFUSE : asksAgain("coverage");
}
