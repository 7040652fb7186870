import { expect, test } from "vitest";
import { readinessFindings } from "../../../src/features/checks/readiness.ts";
import type { ServerReadings } from "../../../src/features/checks/server-readings.ts";
import type { ServerSituation } from "../../../src/gates/server-situation.ts";
import type { Policy } from "../../../src/model/policy.ts";
import type { ManagedServer } from "../../../src/servers/managed-server.ts";
import { serverSituation } from "../../support/gate-situations.ts";
import { policyWith } from "../../support/policy.ts";

const SAME = { kind: "same-address", other: "live", address: "https://deploy.example.com" } as const;

/** What a check says of whether a rollout could begin. */
function saidOf(policy: Partial<Policy>, situation: Partial<ServerSituation>): string {
  const server = { name: "prod", policy: policyWith({ server: "prod", ...policy }) } as ManagedServer;
  const readings = { settings: undefined, activity: undefined, agents: [] } as unknown as ServerReadings;
  const ports = {
    situation: () => ({ ...serverSituation(), ...situation }),
    slots: () => ({ ours: 0, external: 0, open: 10, of: 10, reason: undefined }),
  };
  return JSON.stringify(readinessFindings(server, readings, ports));
}

test.each<[string, Partial<Policy>, Partial<ServerSituation>, string]>([
  ["only observed", { mode: "observe" }, {}, "mode: live"],
  ["another name of one", {}, { otherName: SAME }, "clone: true"],
])("a server that is %s is said with its remedy once", (_, policy, situation, remedy) => {
  const said = saidOf(policy, situation);
  expect(said.split(remedy)).toHaveLength(2);
  expect(said).not.toContain("Nothing to do");
});

test("nobody changes the configuration while Drydock does not know yet whether two names are one server", () => {
  const said = saidOf({}, { otherName: { kind: "unknown" } });
  expect(said).not.toContain("clone: true");
  expect(said).toContain("Nothing to do");
});
