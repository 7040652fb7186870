import { test as base, expect } from "vitest";
import { type E2e, openTrial } from "../support/e2e-trial.ts";
import { createPersistence } from "../support/persistence.ts";

const AGENTS = [{ name: "web-1" }, { name: "web-2" }];
const ALL = { "web-1": "verified", "web-2": "verified" };

/** On the turn clock, people try again too: what a machine that stands still does by chance is done by order here. */
const test = base.extend<{ trial: E2e }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures that are used from this pattern.
  trial: async ({}, use) => {
    const trial = await openTrial({ deploy: { agents: AGENTS } }, true, true);
    await trial.startBot();
    await use(trial);
    await trial.stop();
  },
});

/** How often a person was told this. */
const timesTold = (trial: E2e, person: string, key: string) =>
  trial.events(`person.${person}`).filter(({ data }) => data.key === key).length;

test("who reads that the server gave no answer types again, and a rollout starts", async ({ trial }) => {
  trial.deploy.trouble({ kind: "unreachable", seconds: 5 });
  await trial.startRollout();
  expect(timesTold(trial, "U0ALICE", "error.server-unreachable")).toBeGreaterThan(0);
  expect(await trial.ended("prod-1")).toEqual(ALL);
});

test("who reads that Slack gave no answer types again", async ({ trial }) => {
  const { faults } = trial.standin;
  faults.order({ kind: "api-503", method: "users.info", times: 12 });
  trial.say("U0BOB", "whoami");
  await trial.told("U0BOB", "whoami");
  expect(timesTold(trial, "U0BOB", "error.slack")).toBeGreaterThan(0);
});

test("who reads from Slack that Drydock did not respond types again, once it is connected", async ({ trial }) => {
  const { sockets } = trial.standin;
  sockets.switchOff();
  await trial.until("no connection", () => sockets.sockets.size === 0);
  const started = trial.startRollout();
  await trial.pass(30_000);
  expect(trial.events("person.U0ALICE")).toEqual([]);
  sockets.switchOn();
  await started;
  expect(await trial.ended("prod-1")).toEqual(ALL);
  expect(trial.events().filter(({ type }) => type === "rollout.started")).toHaveLength(1);
});

test("whose form came too late for Slack opens it again", async ({ trial }) => {
  trial.standin.faults.order({ kind: "api-late", method: "views.open", times: 1, ms: 5_000 });
  const view = await trial.form("U0ALICE", async () =>
    trial.press("U0ALICE", await trial.planOf("U0ALICE", "upgrade-required", "adjust"), "adjust"),
  );
  expect(trial.slack.workspace.views.get(view.id)).toBe(view);
  expect(timesTold(trial, "U0ALICE", "plan")).toBe(2);
});

test("who waits for an answer for more than a minute does the same again, and nobody else does", () => {
  let now = 0;
  const done: string[] = [];
  const people = createPersistence({
    workspace: { messages: [], views: new Map() },
    eventsOf: () => [],
    now: () => now,
    byMachine: true,
  });
  for (const person of ["U0ALICE", "U0BOB"]) people.act(person, () => done.push(person));
  now = 60_000;
  people.again("U0ALICE");
  expect(done).toEqual(["U0ALICE", "U0BOB"]);
  now += 1;
  people.again();
  expect(done).toEqual(["U0ALICE", "U0BOB"]);
  people.again("U0ALICE");
  people.again("U0ALICE");
  expect(done).toEqual(["U0ALICE", "U0BOB", "U0ALICE"]);
});

test("an answer that the test waits for is not followed by another try", async ({ trial }) => {
  trial.deploy.trouble({ kind: "unreachable", seconds: 60 });
  trial.say("U0ALICE", "upgrade-required");
  await trial.told("U0ALICE", "error.server-unreachable");
  trial.deploy.trouble({ kind: "none" });
  trial.say("U0BOB", "help");
  await trial.told("U0BOB", "help");
  await trial.pass(5_000);
  expect(timesTold(trial, "U0ALICE", "plan")).toBe(0);
});
