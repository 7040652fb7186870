import { describe, expect } from "vitest";
import type { AgentSeed } from "../../playground/deploy/fleet.ts";
import { test } from "../support/e2e.ts";

const FLEET: readonly AgentSeed[] = [
  { name: "u-1", status: "UPGRADE" },
  { name: "u-2", status: "UPGRADE" },
  { name: "foo-1", status: "FOO" },
  { name: "new-1", status: null },
];
const KNOWN_NOT = "3 agents have a status that Drydock does not know (UPGRADE 2, FOO 1)";

describe("statuses that Drydock does not know, in Slack", () => {
  test("are named with their counts wherever agents are counted, and nothing is said to be fine", async ({ start }) => {
    const trial = await start({ deploy: { agents: FLEET } });
    const told = async (command: string, key: string) => {
      trial.say("U0ALICE", command);
      return (await trial.told("U0ALICE", key)).replaceAll("`", "");
    };
    const plan = await told("upgrade-required", "plan");
    expect(plan).toContain(KNOWN_NOT);
    expect(plan).toContain(
      "1 agent was never in contact with the server. Drydock does not know whether it needs the upgrade.",
    );
    expect(plan).not.toContain("Nothing needs to be upgraded.");
    expect(await told("upgrade foo-1", "plan")).toContain("Drydock does not know its status FOO");
    expect(await told("status", "status")).toContain("3 in a status that Drydock does not know (UPGRADE 2, FOO 1)");
    const check = await told("check", "check");
    expect(check).toContain(KNOWN_NOT);
    expect(check).toContain("statuses: {UPGRADE: upgrade-required}");
    expect(check).toContain("1 agent has never been in contact.");
  });

  test("mean what the configuration says; one that turns unknown before its turn is skipped with its status", async ({
    start,
  }) => {
    const server = ["statuses: {UPGRADE: upgrade-required}", "slots: 1"];
    const trial = await start({ deploy: { agents: FLEET }, server });
    await trial.startRollout("U0ALICE", "upgrade-required");
    const { id } = trial.deploy.fleet.find("u-1") ?? { id: "" };
    await trial.event(`upgrade.prod-1.${id}.1`, "upgrade.triggered");
    trial.deploy.setStatus("u-2", "BAR");
    expect(await trial.ended("prod-1")).toEqual({ "u-1": "verified", "u-2": "skipped" });
    const skipped = trial.events().find(({ type }) => type === "upgrade.skipped");
    expect(skipped?.data.why).toEqual({ code: "unknown-status", params: { status: "BAR" } });
  });
});
