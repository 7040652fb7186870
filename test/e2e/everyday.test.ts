import { describe, expect } from "vitest";
import type { AgentSeed } from "../../playground/deploy/fleet.ts";
import { renderText } from "../../playground/slack/block-kit.ts";
import { DEFAULT_PEOPLE, type SlackFile } from "../../playground/slack/workspace.ts";
import { test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { needs } from "../support/needs.ts";
import { until } from "../support/time.ts";

const SOME: readonly AgentSeed[] = ["web-1", "web-2", "web-3", "web-4"].map((name) => ({ name }));

const fileOf = (trial: E2e): Promise<SlackFile> =>
  until("the file", () => trial.slack.workspace.messages.flatMap(({ files }) => files)[0]);

/** Waits until the card of prod-1 shows this. */
async function cardShows(trial: E2e, part: string): Promise<void> {
  const card = await trial.message("prod-1/card");
  await until(`a card with "${part}"`, () => renderText(card).includes(part));
}

test("errors by cause, with remedy and places on the host; what is learned is used the next time", async ({
  start,
}) => {
  const agents: AgentSeed[] = [
    ...Array.from({ length: 3 }, (_, i) => ({ name: `=bad-${i}`, fault: "refused" as const })),
    { name: "gone", fault: "never-back" },
    { name: "new", version: "7.3.1.0.5", fault: "back-old" },
    { name: "fine" },
    { name: "later", status: "UPGRADE_RECOMMND" },
  ];
  const trial = await start({ deploy: { agents, serverVersion: "8.0.0.0.1" } });
  await trial.startRollout();
  await trial.ended("prod-1");
  const jar = renderText(await trial.message("prod-1/failed-jar-permission"));
  for (const part of [
    "=bad-0",
    "=bad-1",
    "=bad-2",
    "bin/air-agentupgrade.jar",
    "bin/upgrade.out",
    "var/log/upgrade.log",
  ])
    expect(jar).toContain(part);
  expect(renderText(await trial.message("prod-1/failed-back-old"))).toContain("var/upgrade/air-agentupgrade.jar");
  expect(renderText(await trial.message("prod-1/failed-never-back"))).toContain("relay");
  const { content } = await fileOf(trial);
  expect(content).toContain("'=bad-0,");
  expect(content).toMatch(
    /fine,.*verified,,8\.0\.0\.0\.1,6\.2\.7\.1\.960390,8\.0\.0\.0\.1,1,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/,
  );
  trial.say("U0ALICE", "upgrade later");
  expect(await trial.told("U0ALICE", "plan")).not.toContain("guessed");
});

test(
  "a file that Slack does not take is told about once, and holds nothing else up",
  needs("orders for faults"),
  async ({ start }) => {
    const trial = await start.ready({ deploy: { agents: [{ name: "late", fault: "never-offline" }] } });
    trial.standin.faults.order({ kind: "missing-scope", method: "files.getUploadURLExternal", times: 100 });
    await trial.startBot();
    await trial.startRollout();
    expect(renderText(await trial.message("prod-1/no-file"))).toContain("missing_scope");
    const late = trial.deploy.fleet.find("late");
    if (!late) throw new Error("there is no such agent");
    Object.assign(late, { life: undefined, shown: { status: "ONLINE", version: "7.2.3.1.1150420" } });
    expect(renderText(await trial.message("prod-1/late-"))).toContain("late");
    const told = trial.events("rollout.prod-1").filter(({ data }) => data.key === "no-file");
    expect(told.map(({ type }) => type)).toEqual(["message.posting", "message.posted"]);
  },
);

test("an agent on which a deployment runs is named on the plan, left alone until that ends, and others go first", async ({
  start,
}) => {
  const trial = await start({ deploy: { agents: SOME } });
  const { deployments, fleet } = trial.deploy;
  const id = deployments.begin({ agent: "web-1" });
  await trial.planOf("U0ALICE", "upgrade-required");
  const plan = await trial.told("U0ALICE", "plan");
  expect(plan).toContain("1 agent deploys right now: web-1. Drydock upgrades it when its deployment ends.");
  await trial.startRollout("U0ALICE", "upgrade web-1 web-2");
  await cardShows(trial, "Drydock waits until a deployment ends on `web-1`.");
  await until("web-2 is asked", () => fleet.triggers.length === 1);
  deployments.end(id);
  expect(await trial.ended("prod-1")).toEqual({ "web-1": "verified", "web-2": "verified" });
  expect(fleet.triggers.map(({ deploying }) => deploying)).toEqual([false, false]);
});

test("require_maintenance: nothing begins outside the server's maintenance mode, and inside it everything does", async ({
  start,
}) => {
  const trial = await start({ deploy: { agents: SOME }, server: ["whenBusy: require_maintenance"] });
  await trial.startRollout("U0ALICE", "upgrade web-1");
  await cardShows(trial, "maintenance mode");
  expect(trial.deploy.fleet.triggers).toEqual([]);
  trial.deploy.conditions.maintenance = true;
  expect(await trial.ended("prod-1")).toEqual({ "web-1": "verified" });
});

test("several servers: one overview, one that does not answer spoils nothing, rollouts side by side", async ({
  start,
}) => {
  const trial = await start({
    deploy: { agents: SOME },
    others: { stage: { agents: [{ name: "s-1" }, { name: "s-2" }], scale: 120, upgradeSpeed: 4 }, dead: { agents: 1 } },
  });
  await trial.others.get("dead")?.stop();
  trial.say("U0ALICE", "");
  const overview = await trial.told("U0ALICE", "status");
  for (const part of ["prod: 4 of 4 agents cannot", "stage: 2 of 2 agents cannot", "dead: "])
    expect(overview).toContain(part);
  trial.say("U0ALICE", "upgrade-required");
  expect(await trial.told("U0ALICE", "error.which-server")).toMatch(/prod.*stage.*dead/);
  await trial.startRollout("U0ALICE", "upgrade-required --server prod");
  await trial.startRollout("U0ALICE", "upgrade-required --server stage");
  expect(Object.keys(await trial.ended("prod-1"))).toHaveLength(4);
  expect(await trial.ended("stage-1")).toEqual({ "s-1": "verified", "s-2": "verified" });
});

test("two names for one server: nothing begins on either and people read why, unless one is a clone", async ({
  start,
}) => {
  const trial = await start({ deploy: { agents: SOME }, others: { live: { agents: SOME, seed: 1 } } });
  await trial.startRollout("U0ALICE", "upgrade-required --server prod");
  await cardShows(trial, "it is the same server as live");
  for (const [command, key] of [
    ["status", "status"],
    ["check prod", "check"],
  ] as const) {
    trial.say("U0ALICE", command);
    expect(await trial.told("U0ALICE", key)).toContain("it is the same server as live");
  }
  expect(trial.deploy.fleet.triggers).toEqual([]);
  await trial.restart((yaml) => yaml.replace("  live:\n", "  live:\n    clone: true\n"));
  expect(Object.keys(await trial.ended("prod-1"))).toHaveLength(4);
});

describe("disclosure", () => {
  const people = ["U0ALICE", "U0GUEST"];
  const capacity = Array.from({ length: 80 }, (_, i) => ({ id: `U0CROWD${i}`, name: `crowd-${i}` }));
  const channels = [
    { id: "C0ONCALL", name: "on-call", bot: true, is_ext_shared: true },
    { id: "C0RANDOM", name: "random", bot: true, members: people },
    { id: "C0FINE", name: "fine", bot: true, members: people, is_ext_shared: true },
    { id: "C0CROWD", name: "crowd", bot: true, members: [...capacity.map(({ id }) => id), "U0GUEST"] },
    { id: "C0OPS", name: "operations", bot: true, members: capacity.map(({ id }) => id) },
  ];

  test(
    "shared channels and channels with guests show no card unless they are listed with that consent",
    needs("shared channels", "outsiders"),
    async ({ start }) => {
      const trial = await start({
        deploy: { agents: SOME },
        slack: { channels, people: [...DEFAULT_PEOPLE, ...capacity] },
        channels: "[C0ONCALL, C0RANDOM, C0CROWD, {id: C0FINE, shared: true, guests: true}]",
      });
      const places = [
        { channel: "C0ONCALL", why: "another organization" },
        { channel: "C0RANDOM", why: "guests" },
        { channel: "C0CROWD", why: "guests" },
        { channel: "C0FINE", why: "" },
      ];
      const shownIn: string[] = [];
      for (const [i, { channel, why }] of places.entries()) {
        trial.say("U0ALICE", `upgrade web-${i + 1}`, channel);
        const plan = await until("a plan there", () =>
          trial.slack.workspace.messages.find(
            (message) => message.channel === channel && trial.carried(message, "start") !== undefined,
          ),
        );
        trial.press("U0ALICE", plan, "start");
        expect(await trial.told("U0ALICE", "started")).toContain(why);
        shownIn.push((await trial.message(`prod-${i + 1}/card`)).channel);
      }
      expect(shownIn).toEqual(["C0OPS", "C0OPS", "C0OPS", "C0FINE"]);
    },
  );
});

test("fair use: 20 commands a minute, and stop all the same; a refusal that repeats itself is counted", async ({
  start,
}) => {
  const trial = await start({ deploy: { agents: SOME } });
  for (let i = 0; i < 30; i += 1) trial.say("U0ALICE", "rollouts");
  const events = () => trial.events("person.U0ALICE");
  const refusals = () => events().filter(({ data }) => data.key === "error.too-many-commands");
  await until("a refusal", () => refusals().length > 0);
  trial.say("U0ALICE", "stop");
  await trial.told("U0ALICE", "error.nothing-under-way");
  expect(await trial.endBot()).toBe(0);
  expect(events().filter(({ data }) => data.key === "no-rollouts")).toHaveLength(20);
  expect(refusals().length).toBeLessThan(10);
  expect(refusals().map(({ type }) => type)).toContain("person.refused");
});
