/** How one attempt ended. */
export const OUTCOMES = [
  "verified",
  "unchanged",
  "skipped",
  "elsewhere",
  "refused",
  "unsent",
  "unknown",
  "never-offline",
  "never-back",
  "back-old",
  "still-wanted",
  "stuck",
  "lost-again",
  "unobserved",
  "not-the-api",
  "unanswered",
  "removed",
  "replaced",
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** `unchanged` and `skipped` are neither success nor failure; `elsewhere` is somebody else's success. */
export function isFailure(outcome: Outcome): boolean {
  return !isDone(outcome) && outcome !== "unchanged" && outcome !== "skipped";
}

/** Whether the agent was left alone before Drydock asked it to upgrade. */
export function isNeverAsked(outcome: Outcome): boolean {
  return outcome === "skipped" || outcome === "elsewhere";
}

/** Whether the server did not take the request: Drydock did nothing to the agent. */
export function isNotTaken(outcome: Outcome): boolean {
  return outcome === "refused" || outcome === "unsent";
}

/** Whether the failure says nothing about the agent, nor about upgrades as such: no limit counts it. */
export function isBlameless(outcome: Outcome): boolean {
  return ["not-the-api", "unanswered", "removed", "replaced"].includes(outcome);
}

/** Whether the agent is upgraded, whoever did it. */
export function isDone(outcome: Outcome): boolean {
  return outcome === "verified" || outcome === "elsewhere";
}
