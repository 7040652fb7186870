import { expect, test } from "vitest";
import { textOf } from "../../../src/core/view.ts";
import { movedView } from "../../../src/features/rollout/thread-views.ts";
import { policyWith } from "../../support/policy.ts";
import { plannedAgent, planOf, requestOf } from "../../support/upgrades.ts";

test("below a card that Slack no longer edits the new card is linked, if Slack gives a link", () => {
  const rollout = requestOf(planOf([plannedAgent("a")]), policyWith({ approvals: 1 }));
  const linked = movedView(rollout, "C0OPS", "https://dock.slack.com/archives/C0OPS/p1");
  expect(JSON.stringify(linked.parts)).toContain('{"label":"prod-1","url":"https://dock.slack.com/archives/C0OPS/p1"}');
  expect(textOf(movedView(rollout, "C0OPS", undefined))).toContain("prod-1 is shown in C0OPS.");
});
