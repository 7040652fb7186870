import type { Outcome } from "../model/upgrade/outcome.ts";

/** It is upgraded, and no attempt of the rollout did it. */
export const OUTSIDE_WORDS = "upgraded outside this rollout";

/** One line for people: what happened, without the agent's name. */
export function describeOutcome(outcome: Outcome): string {
  return SENTENCES[outcome];
}

const SENTENCES: Readonly<Record<Outcome, string>> = {
  verified: "back online at a new version",
  unchanged: "back online and not asked to upgrade any more, but not proven to be at a new version",
  skipped: "left out before it was asked to upgrade",
  elsewhere: "upgraded by another person before its turn",
  refused: "the server refused the upgrade",
  unsent: "the request did not reach the server",
  unknown: "Drydock does not know whether the server accepted the request, and the agent did not go offline",
  "never-offline": "did not go offline after the server accepted the request",
  "never-back": "went offline and did not come back in time",
  "back-old": "came back at the old version, which still needs the upgrade",
  "still-wanted": "came back at another version, which still needs the upgrade",
  stuck: "reported an error, or could not finish connecting, for too long",
  "lost-again": "came back at a new version and was lost again",
  unobserved: "the server gave no answer about it for too long",
  "not-the-api": "something that is not the server's API answered the request, and the agent did not go offline",
  removed: "the server does not list it any more",
  replaced: "the server does not list it any more, but another agent with its name",
  unanswered: "the server did not report whether it accepted the request, and the agent did not go offline",
};
