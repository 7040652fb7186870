import { afterEach, describe, expect, test } from "vitest";
import { askApproval, cardOf, carried, factsOf, fillIn, planOf, pressTold, restartWith } from "../support/approvals.ts";
import type { Trial } from "../support/trial.ts";
import { cards, renderText, startCompiled, startRollout, threaded, told, until } from "../support/trial.ts";

let trial: Trial;
afterEach(() => trial.stop());

const AGENTS = Array.from({ length: 4 }, (_, i) => ({ name: `web-${i + 1}` }));
const BOB = "approvers: {people: [U0BOB]}";
const BOB_AND_DAVE = "approvers: {people: [U0BOB, U0DAVE]}";

async function begin(options: Partial<Parameters<typeof startCompiled>[0]> = {}): Promise<void> {
  trial = await startCompiled({
    deploy: { agents: AGENTS, scale: 400 },
    approvals: "1",
    server: [BOB],
    ...options,
  });
  await trial.startBot();
}

const triggers = () => trial.deploy.fleet.triggers.length;

describe("rules", () => {
  test("from a size on: splitting does not help", async () => {
    await begin({ approvals: "{above: 3, count: 1}" });
    await startRollout(trial, "U0ALICE", "upgrade web-1 web-2 web-3");
    await cardOf(trial, "prod-1", "finished", 60_000);
    const plan = await planOf(trial, "U0ALICE", "upgrade web-4", "Request approval");
    expect(renderText(plan)).toContain("prod wants 1 approval for this. 4 agents count, with those of the last 24 h.");
    // Somebody else has not had any yet.
    await startRollout(trial, "U0BOB", "upgrade web-4");
    await cardOf(trial, "prod-2", "finished", 60_000);
  });

  test("loosened by a restart hold as they were for what was asked before; tightened ones pause what runs and ask", async () => {
    await begin({ approvals: "2", server: [BOB_AND_DAVE] });
    const card = await askApproval(trial);
    await pressTold(trial, "U0BOB", card, "Approve", "1 of 2");
    await restartWith(trial, (yaml) =>
      yaml.replace("approvals: 2", "approvals: 0").replace("U0DAVE]", "U0DAVE, U0CAROL]"),
    );
    await cardOf(trial, "prod-1", "1 of 2 approvals");
    await pressTold(trial, "U0CAROL", card, "Approve", "but could not when this one was asked for");
    expect(triggers()).toBe(0);
    await pressTold(trial, "U0DAVE", card, "Approve", "it has its 2 approvals");
    await cardOf(trial, "prod-1", "finished", 60_000);
    const rules = factsOf(trial, "server.prod").filter(({ type }) => type === "policy.set");
    expect(rules).toHaveLength(2);
    expect(JSON.stringify(rules)).toContain("Every rollout wants 2 approvals by different people.");
  });

  test("tightened while a rollout runs: it waits, asks, and goes on by itself when it is approved", async () => {
    await begin({ approvals: "0", deploy: { agents: AGENTS, scale: 200 } });
    await startRollout(trial, "U0ALICE", "upgrade-required --slots 1");
    await until("the first trigger", () => triggers() === 1);
    await restartWith(trial, (yaml) => yaml.replace("approvals: 0", "approvals: 1"));
    expect(await threaded(trial, "prod-1 is paused")).toContain("prod wants 1 approval for it now, and it has 0.");
    const card = await cardOf(trial, "prod-1", "[Approve]");
    expect(renderText(card)).toContain("⏸ prod-1: paused");
    const before = triggers();
    await pressTold(trial, "U0ALICE", card, "Continue", "prod-1 waits for approvals: it has 0 of 1.");
    await pressTold(trial, "U0BOB", card, "Approve", "it has its approval and goes on by itself.");
    await cardOf(trial, "prod-1", "finished", 60_000);
    expect(before).toBeLessThan(4);
    expect(renderText(card)).toContain("4 of 4 upgraded.");
  });

  test("an approval that is too old covers nothing that begins now", async () => {
    await begin({ deploy: { agents: AGENTS, scale: 60 }, server: [BOB, "approvalCovers: 4s"] });
    const card = await askApproval(trial, "prod-1", "U0ALICE", "upgrade-required --slots 1");
    await pressTold(trial, "U0BOB", card, "Approve", "You approved prod-1");
    await until("the first trigger", () => triggers() > 0);
    expect(await threaded(trial, "prod-1 is paused", 30_000)).toContain(
      "Its approval does not cover upgrades that begin now",
    );
    expect(await threaded(trial, "It is asked again")).toMatch(/^<@U0BOB>: prod-1 asks for 1 approval/);
    expect(triggers()).toBeLessThan(4);
    await pressTold(trial, "U0CAROL", await cardOf(trial, "prod-1", "[Approve]"), "Stop", "Stopped: prod-1");
  });

  test("a server marked dangerous wants its name typed", async () => {
    await begin({ approvals: "0", server: ["dangerous: true"] });
    const plan = await planOf(trial, "U0ALICE", "upgrade-required", "Start");
    trial.slack.acts.press("U0ALICE", plan, "Start");
    const view = await fillIn(trial, "U0ALICE", "server", "Prod!");
    await until("the form says what is wrong", () => view.errors.server?.includes("This is not the server's name"));
    expect(cards(trial)).toHaveLength(0);
    await fillIn(trial, "U0ALICE", "server", "prod");
    await told(trial, "U0ALICE", "*prod-1* has started with 4 agents.");
    await cardOf(trial, "prod-1", "finished", 60_000);
  });

  test("outside its windows nothing begins; inside one it does", async () => {
    const clock = (ms: number) => new Date(Date.now() + ms).toISOString().slice(11, 16);
    const HOUR = 3_600_000;
    const window = (from: number, to: number) =>
      `windows: [{days: every day, from: '${clock(from)}', to: '${clock(to)}', zone: UTC}]`;
    const closed = window(3 * HOUR, 4 * HOUR);
    await begin({ approvals: "0", server: [closed] });
    const plan = await planOf(trial, "U0ALICE", "upgrade-required", "Start");
    expect(renderText(plan)).toContain("No window of prod is open now: nothing begins before");
    trial.slack.acts.press("U0ALICE", plan, "Start");
    await cardOf(trial, "prod-1", "Waits for a maintenance window of prod: the next opens");
    trial.slack.acts.slash("U0CAROL", "C0ONCALL", "policy");
    await told(trial, "U0CAROL", "Upgrades begin only in its windows: every day");
    expect(triggers()).toBe(0);
    await restartWith(trial, (yaml) => yaml.replace(closed, window(-HOUR, HOUR)));
    await cardOf(trial, "prod-1", "finished", 60_000);
  });

  test("what a plan has to have is said before anything can be pressed", async () => {
    await begin({ approvals: "0", server: ["maxAgents: 2", "reasonRequired: true", "canaryMin: 1"] });
    trial.slack.acts.slash("U0ALICE", "C0ONCALL", "upgrade-required");
    const plan = renderText(await told(trial, "U0ALICE", "prod takes at most 2 agents in one rollout"));
    expect(plan).toContain("prod wants a reason for the record");
    expect(plan).not.toContain("[Start]");
    await startRollout(trial, "U0ALICE", 'upgrade web-1 web-2 --reason "patch night"');
    await cardOf(trial, "prod-1", "finished", 60_000);
  });
});

describe("run control", () => {
  test("an approver pauses, somebody with the rights continues and owns it then; nobody else may", async () => {
    await begin({ approvals: "0", deploy: { agents: AGENTS, scale: 200 } });
    await startRollout(trial, "U0ALICE", "upgrade-required --slots 1");
    const card = await cardOf(trial, "prod-1", "upgrading");
    await until("the first trigger", () => triggers() === 1);
    await pressTold(
      trial,
      "U0DAVE",
      card,
      "Pause",
      "Only its owner, approvers and the configured on-call people can pause",
    );
    trial.deploy.trouble({ kind: "unreachable", seconds: 2 });
    await pressTold(trial, "U0BOB", card, "Pause", "Paused: prod-1.");
    expect(await threaded(trial, "prod-1 is paused by <@U0BOB>")).toContain("<@U0ALICE>");
    await cardOf(trial, "prod-1", "⏸ prod-1: paused");
    await until("the server answers again", () => !renderText(card).includes("gives no answer now"));
    await pressTold(trial, "U0DAVE", card, "Continue", "agents that still wait in prod-1 (lacking View Agents");
    await pressTold(trial, "U0BOB", card, "Continue", "prod-1 goes on, with your rights: it is yours now.");
    await threaded(trial, "<@U0ALICE> prod-1 goes on with the rights of <@U0BOB> (`bob`).");
    expect(await threaded(trial, "prod-1 is finished", 60_000)).toContain("<@U0BOB> prod-1 is finished: 4 of 4");
    trial.slack.acts.slash("U0BOB", "C0ONCALL", "resume prod-1");
    await told(trial, "U0BOB", "prod-1 is finished.");
  });

  test("an owner who is unlinked while it runs: nothing more begins on their behalf, and they cannot continue it", async () => {
    const mapping = "mapping: {U0ELSE: {prod: bob}}";
    await begin({ approvals: "0", deploy: { agents: AGENTS, scale: 200 }, people: [mapping] });
    await startRollout(trial, "U0ELSE", "upgrade-required --slots 1");
    await until("the first trigger", () => triggers() === 1);
    await restartWith(trial, (yaml) => yaml.replace(mapping, "mapping: {}"));
    expect(await threaded(trial, "prod-1 is paused")).toMatch(/<@U0ELSE> .*You are not mapped to a user of prod/);
    const card = await cardOf(trial, "prod-1", "[Continue]");
    await pressTold(trial, "U0ELSE", card, "Continue", "You are not mapped to a user of prod");
    expect(triggers()).toBeLessThan(4);
    await pressTold(trial, "U0ALICE", card, "Continue", "prod-1 goes on, with your rights: it is yours now.");
    expect(await threaded(trial, "prod-1 is finished", 60_000)).toContain("<@U0ALICE> prod-1 is finished: 4 of 4");
  });

  test("an approver who takes a rollout over has not approved it any more: another one has to", async () => {
    await begin({ server: [BOB_AND_DAVE], deploy: { agents: AGENTS, scale: 200 } });
    const card = await askApproval(trial, "prod-1", "U0ALICE", "upgrade-required --slots 1");
    await pressTold(trial, "U0BOB", card, "Approve", "You approved prod-1");
    await until("the first trigger", () => triggers() === 1);
    await until("a card that can be paused", () => carried(card, "Pause") !== "");
    await pressTold(trial, "U0ALICE", card, "Pause", "Paused: prod-1.");
    await until("a card that can be continued", () => carried(card, "Continue") !== "");
    const before = triggers();
    await pressTold(trial, "U0BOB", card, "Continue", "prod-1 is yours now, and asks for approval before it goes on.");
    await until("a card that can be approved", () => carried(card, "Approve") !== "");
    await pressTold(trial, "U0BOB", card, "Approve", "You asked for prod-1 or owned it, so somebody else has to");
    expect(triggers()).toBe(before);
    await pressTold(trial, "U0DAVE", card, "Approve", "goes on by itself.");
    expect(await threaded(trial, "prod-1 is finished", 60_000)).toContain("<@U0BOB> prod-1 is finished");
  });
});
