import { afterEach, expect, test } from "vitest";
import type { AgentSeed } from "../../playground/deploy/fleet.ts";
import { start, stopAll } from "../support/deploy-standin.ts";
import { runProgram } from "../support/run-program.ts";

afterEach(stopAll);

const ACCOUNT = { DS_USERNAME: "drydock", DS_PASSWORD: "dry-dock-password" };
const FINE = { name: "fine", status: "ONLINE", version: "7.2.3.1.1150420" };

async function plan(agents: readonly AgentSeed[], ...argv: readonly string[]) {
  const deploy = await start({ agents });
  return await runProgram(["plan", "--url", deploy.url, ...argv], ACCOUNT);
}

test("statuses that nobody knows are named and counted; the plan was printed, so the exit code is 0", async () => {
  const odd = [
    { name: "u-1", status: "UPGRADE" },
    { name: "u-2", status: "UPGRADE" },
    { name: "foo", status: "FOO" },
  ];
  const fleet = [FINE, ...odd, { name: "new", status: null }, { name: "err", status: "ERROR" }];
  const { status, stdout } = await plan(fleet);
  expect(status).toBe(0);
  expect(stdout).not.toContain("Nothing needs to be upgraded.");
  expect(stdout).toContain(
    "3 agents have a status that Drydock does not know (UPGRADE 2, FOO 1). Drydock does not know whether they need the upgrade.",
  );
  expect(stdout).toContain("1 agent is in ERROR or CONNECTING. Drydock does not know whether it needs the upgrade.");
  expect(stdout).toContain(
    "1 agent was never in contact with the server. Drydock does not know whether it needs the upgrade.",
  );
  expect(JSON.parse((await plan(fleet, "--json")).stdout)).toMatchObject({
    unknownStatuses: [
      { status: "UPGRADE", agents: 2 },
      { status: "FOO", agents: 1 },
    ],
    neverContacted: 1,
    inErrorOrConnecting: 1,
  });
});

test.each([
  ["of a fleet that is online", [FINE], true],
  ["not of one that never was in contact", [FINE, { name: "new", status: null }], false],
] as const)('"Nothing needs to be upgraded." is said %s', async (_what, agents, said) => {
  const { status, stdout } = await plan(agents);
  expect([status, stdout.includes("Nothing needs to be upgraded.")]).toEqual([0, said]);
});
