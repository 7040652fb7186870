import { expect, test } from "vitest";
import { inPlan, UNREAD } from "../../src/gates/agent-situation.ts";

test("what a plan does not ask for stays unread", () => {
  const given = {
    agent: { id: "a", name: "web-1" },
    serverVersion: "7.2.3.1.1150420",
    claim: "prod-1",
    lacks: ["Upgrade Agents"],
    inactive: { wanted: true, refused: undefined },
    os: "AIX",
  };
  expect(inPlan(given)).toEqual({ ...UNREAD, now: 0, ...given });
});
