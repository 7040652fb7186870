import { expect, test } from "vitest";
import { hostPaths } from "../../src/phrases/host-paths.ts";

test.each([
  ["6.2.7.1.960390", "bin/air-agentupgrade.jar"],
  ["7.2.3.1", "bin/air-agentupgrade.jar"],
  ["7.3.0.0.1", "var/upgrade/air-agentupgrade.jar"],
  ["8.1", "var/upgrade/air-agentupgrade.jar"],
  [null, "bin/air-agentupgrade.jar (from 7.3 on var/upgrade/air-agentupgrade.jar)"],
])("the jar of an agent at %s is %s", (version, path) => {
  expect(hostPaths(version)[0]).toEqual({ what: "the jar", path });
});
