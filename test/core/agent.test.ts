import { expect, test } from "vitest";
import { isTooOldToDeploy } from "../../src/core/agent.ts";

test.each([
  ["4.8.4.2.512000", "7.2.3.1.1", true],
  ["4.8.4.2.512000", "6.0.0.0.1", true],
  ["4.8.5.0.1", "7.2.3.1.1", false],
  ["5.0.1", "7.2.3.1.1", false],
  // A server that is itself on its way there.
  ["4.8.4.2.512000", "5.0.1.0.1", false],
  ["4.8.4.2.512000", null, false],
  [null, "7.2.3.1.1", false],
  ["as built", "7.2.3.1.1", false],
])("an agent at %s and a server at %s: %s", (agent, server, tooOld) => {
  expect(isTooOldToDeploy(agent, server)).toBe(tooOld);
});
