import { expect, test } from "vitest";
import type { Upgrade } from "../../src/model/upgrade/upgrade.ts";
import { rolloutCsv } from "../../src/reporting/rollout-csv.ts";
import { attemptOf, plannedAgent, planOf, rolloutOf } from "../support/upgrades.ts";

const AGENT = plannedAgent("web-1");

/** The agent's outcome, its attempts, and when it was asked, after this attempt. */
function cellsOf(upgrade: Upgrade | undefined): readonly (string | undefined)[] {
  const csv = rolloutCsv(rolloutOf(planOf([AGENT])), new Map(upgrade ? [[AGENT.id, upgrade]] : []));
  const [head = [], row = []] = csv.split(/\r?\n/).map((line) => line.split(","));
  return ["outcome", "attempts", "asked at (UTC)"].map((column) => row[head.indexOf(column)]);
}

const postponed = { postponed: { at: 0, wait: 1, text: "503" } };
const ASKED = "1970-01-01 00:00:00";

test.each<[string, Upgrade | undefined, readonly string[]]>([
  ["whose turn did not come", undefined, ["not begun", "0", ""]],
  ["in flight", attemptOf(AGENT), ["in flight", "1", ASKED]],
  ["upgraded in its second attempt", attemptOf(AGENT, "verified", { attempt: 2 }), ["verified", "2", ASKED]],
  ["that the server put off", attemptOf(AGENT, undefined, postponed), ["in flight", "1", ASKED]],
  [
    "that waits for its turn again",
    attemptOf(AGENT, undefined, { ...postponed, holdsSlot: false }),
    ["not begun", "0", ""],
  ],
  ["that was left out", attemptOf(AGENT, "skipped"), ["skipped", "0", ""]],
  ["that was left out of its retry", attemptOf(AGENT, "skipped", { attempt: 2 }), ["skipped", "1", ""]],
  ["that another person upgraded", attemptOf(AGENT, "elsewhere"), ["elsewhere", "0", ""]],
])("an agent %s", (_what, upgrade, cells) => {
  expect(cellsOf(upgrade)).toEqual(cells);
});

test("the versions of an agent that another person upgraded are those of the plan and of what was seen then", () => {
  const upgrade = attemptOf(AGENT, "elsewhere", { from: "7.2.3" });
  const csv = rolloutCsv(rolloutOf(planOf([AGENT])), new Map([[AGENT.id, upgrade]]));
  expect(csv).toContain(`,${AGENT.version},7.2.3,`);
});
