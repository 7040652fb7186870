import { describe, expect } from "vitest";
import type { AgentSeed } from "../../playground/deploy/fleet.ts";
import { buttonsOf, renderText } from "../../playground/slack/block-kit.ts";
import type { SlackMessage } from "../../playground/slack/workspace.ts";
import { test } from "../support/e2e.ts";

const DATA = { teamId: "t-data", teamLabel: "Data" };
const FLEET: readonly AgentSeed[] = [
  { name: "web-1", relayId: "r1", version: "4.8.4" },
  { name: "web-2", relayId: "r1", os: "Linux" },
  { name: "db-1", teams: [DATA], relayId: "r1" },
];

/** The button on a report that shows what to run on one agent's host; undefined if there is none. */
function hostButton(report: SlackMessage): string | undefined {
  return buttonsOf(report.blocks).find(({ value }) => value.includes("--agent="))?.label;
}

describe("a check of a server, in Slack", () => {
  test("an old server with inactive links, a lagging relay and a clock that is wrong; one whose relays are hidden", async ({
    start,
  }) => {
    const trial = await start.ready({
      deploy: { agents: FLEET, serverVersion: "7.3.1.0.5" },
      others: { old: { agents: FLEET, serverVersion: "6.2.7.1.960390", relays: { r1: "6.2.1.0" } } },
    });
    const old = trial.others.get("old");
    if (!old) throw new Error("there is no such server");
    old.conditions.inactiveLinks = true;
    old.conditions.clockAhead = -3_600_000;
    trial.deploy.conditions.relaysHidden = true;
    await trial.startBot();

    trial.say("U0ALICE", "check");
    expect(await trial.told("U0ALICE", "error.which-server")).toMatch(/prod.*old/);
    trial.say("U0ALICE", "check old --to 8.2");
    const report = await trial.told("U0ALICE", "check");
    for (const part of [
      "6.2.7.1.960390 → 7.0.x → 8.2",
      "4.8.5",
      "/agents upgrade * --version <4.8.5 --server old",
      "(1 at 6.2)",
      "60 min",
      '"Show Inactive" Links',
    ])
      expect(report).toContain(part);
    expect(report.indexOf("warn, path")).toBeGreaterThan(-1);
    expect(report.indexOf("warn, path")).toBeLessThan(report.indexOf("note, path"));

    trial.say("U0DAVE", "check --server prod");
    const daves = await trial.told("U0DAVE", "check");
    // Three need an upgrade, and he may upgrade one of them.
    for (const part of ["3 agents are behind one", "upgrade 2", "db-1"]) expect(daves).toContain(part);
    expect(daves).not.toContain("web-1");

    trial.say("U0ALICE", "upgrade-required --server old");
    const plan = await trial.told("U0ALICE", "plan");
    for (const part of ["60 min", "And 1 more: /agents check old"]) expect(plan).toContain(part);
    expect(old.requests.get("PUT /cli/agentCLI/test")).toBeUndefined();
  });

  test("the way between two versions without any server, and typing errors with an example", async ({ start }) => {
    const trial = await start({ deploy: { agents: FLEET } });
    for (const [text, key, part] of [
      ["check --from 4.8.3 --to 8.0.1", "upgrade-path", "4.8.3 → 4.8.5 or 5.0 → 7.0.x → 8.0.1"],
      ["check --from 6.2.1 --to 6.2.4", "upgrade-path", "relays"],
      ["check --from 7.x --to 8", "error.not-a-version", '"7.x"'],
      ["check --from 8 --to 7", "error.downgrade", "8"],
      ["check prood", "error.no-such-server", "prod"],
      // Phones begin a word with a capital.
      ["check Prod --server PROD", "check", "Check of prod"],
      ["check prod --server old", "error.two-servers", "Example: /agents check prod"],
      ["relays prod --server old", "error.two-servers", "Example: /agents relays prod"],
      ["upgrade-required --server Prod", "plan", "on prod"],
      ["check --form 7", "error.unknown-flag", "--from"],
      ["check --agent web-2 --to 8", "error.flags-conflict", "check --agent web-2 --test"],
    ] as const) {
      trial.say("U0ALICE", text);
      expect([text, await trial.told("U0ALICE", key)]).toEqual([text, expect.stringContaining(part)]);
    }
    expect(trial.deploy.requests.get("PUT /cli/agentCLI/test")).toBeUndefined();
    trial.say("U0ALICE", "check --agent web-2 --test");
    expect(await trial.told("U0ALICE", "connection-test")).toContain("web-2");
    expect(trial.deploy.requests.get("PUT /cli/agentCLI/test")).toBe(1);
  });

  test("from the report to a test of a few connections, and to the commands for a host", async ({ start }) => {
    const trial = await start({ deploy: { agents: FLEET.slice(1, 2) } });
    const report = await trial.planOf("U0ALICE", "check", "check");
    trial.slack.acts.press("U0ALICE", report, hostButton(report) ?? "");
    const host = await trial.told("U0ALICE", "host-commands");
    for (const part of ["web-2", "AGENT_HOME='/opt/ibm-ucd/agent'", "$AGENT_HOME/bin/air-agentupgrade.jar"])
      expect(host).toContain(part);
    expect(host).not.toContain("PowerShell");
    trial.say("U0ALICE", "check prod --test");
    expect(await trial.told("U0ALICE", "check")).toContain("web-2");
    expect(trial.deploy.requests.get("PUT /cli/agentCLI/test")).toBe(1);
    // Dave may not view it: he is told neither its name nor how to get at it.
    trial.say("U0DAVE", "check prod --agent web-2");
    await trial.told("U0DAVE", "error.no-such-agent");
    const daves = await trial.planOf("U0DAVE", "check prod", "check");
    expect([hostButton(daves), renderText(daves).includes("web-2")]).toEqual([undefined, false]);
  });
});

test("where a version is set, a rollout's result counts who may speak only SSLv3 before and after", async ({
  start,
}) => {
  const trial = await start({
    deploy: { agents: [...FLEET.slice(0, 2), { name: "api-1", version: "4.8.1", status: "OFFLINE" }] },
    server: ['guide: {sslv3Below: "6.0"}'],
  });
  await trial.startRollout();
  await trial.ended("prod-1");
  // One of the rollout before and none now, and the one that is offline.
  expect(renderText(await trial.message("prod-1/end"))).toMatch(/6\.0.*SSLv3.*\b1 .*\b0 .*\b1 /s);
});
