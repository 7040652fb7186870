import { expect, test } from "vitest";
import { policyWords } from "../../src/gates/describe-policy.ts";
import { blockedAt } from "../../src/gates/index.ts";
import { ofRollout } from "../../src/gates/rollout-situation.ts";
import type { PauseKind } from "../../src/model/rollout/rollout-events.ts";
import { plainCause } from "../../src/phrases/cause-text.ts";
import { policyWith } from "../support/policy.ts";
import { plannedAgent, planOf, rolloutOf } from "../support/upgrades.ts";

const ON = policyWith({ own: { waitForPausedRollouts: true } });
const running = rolloutOf(planOf([plannedAgent("a")]));

function found(kind: PauseKind, policy = ON): readonly string[] {
  const pause = { kind, by: "drydock", causes: [], at: 0, position: 1 };
  const other = { ...running, id: "prod-2", status: "paused" as const, pause };
  return blockedAt("trigger", "rollout", ofRollout(running, 0, { others: [other] }), policy).map(({ cause }) =>
    plainCause(cause),
  );
}

test("while another rollout on the server is paused by its breaker nothing begins, where that is switched on", () => {
  expect(found("breaker")).toEqual([
    "prod-2 is paused by its circuit breaker: no upgrade starts here until a person resumes or stops it.",
  ]);
  expect(found("person")).toEqual([]);
  expect(found("breaker", policyWith())).toEqual([]);
});

test("the rules in words say so", () => {
  const says = (policy = ON) => JSON.stringify(policyWords(policy)).includes("another rollout here is paused");
  expect([says(), says(policyWith())]).toEqual([true, false]);
});
