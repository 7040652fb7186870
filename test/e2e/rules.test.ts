import { describe, expect } from "vitest";
import { renderText } from "../../playground/slack/block-kit.ts";
import { test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { needs } from "../support/needs.ts";
import { clock, until } from "../support/time.ts";

const AGENTS = Array.from({ length: 4 }, (_, i) => ({ name: `web-${i + 1}` }));
const ALL = Object.fromEntries(AGENTS.map(({ name }) => [name, "verified"]));
const BOB = "approvers: {people: [U0BOB]}";
const BOB_AND_DAVE = "approvers: {people: [U0BOB, U0DAVE]}";
/** Bob can approve, and nobody has to. */
const FREE = { deploy: { agents: AGENTS, upgradeSpeed: 4 }, server: [BOB] };
const BY_BOB = { ...FREE, approvals: "1" };

const triggers = (trial: E2e) => trial.deploy.fleet.triggers.length;
const firstTrigger = (trial: E2e) => until("the first trigger", () => triggers(trial) === 1);

/** Why Drydock, or somebody, has paused the rollout. */
async function pausedBy(trial: E2e): Promise<unknown> {
  return (await trial.event("rollout.prod-1", "rollout.paused")).data.kind;
}

describe("rules", () => {
  test("from a size on: splitting does not help", async ({ start }) => {
    const trial = await start({ ...FREE, approvals: "{above: 3, count: 1}" });
    await trial.startRollout("U0ALICE", "upgrade web-1 web-2 web-3");
    await trial.ended("prod-1");
    await trial.planOf("U0ALICE", "upgrade web-4", "request");
    // Somebody else has not had any yet.
    await trial.startRollout("U0BOB", "upgrade web-4");
    expect(await trial.ended("prod-2")).toEqual({ "web-4": "verified" });
  });

  test("loosened by a restart hold as they were for what was asked before; tightened ones pause what runs and ask", async ({
    start,
  }) => {
    const trial = await start({ ...FREE, approvals: "2", server: [BOB_AND_DAVE] });
    const card = await trial.askApproval();
    trial.press("U0BOB", card, "approve");
    await trial.told("U0BOB", "approved-needs-more");
    await trial.restart((yaml) => yaml.replace("approvals: 2", "approvals: 0").replace("U0DAVE]", "U0DAVE, U0CAROL]"));
    trial.press("U0CAROL", card, "approve");
    await trial.told("U0CAROL", "error.not-approver");
    expect(triggers(trial)).toBe(0);
    trial.press("U0DAVE", card, "approve");
    await trial.told("U0DAVE", "approved");
    expect(await trial.ended("prod-1")).toEqual(ALL);
    const policies = trial.events("server.prod").filter(({ type }) => type === "policy.set");
    expect(policies.map(({ data }) => Object.keys(data))).toEqual([["hash"], ["hash"]]);
  });

  test("tightened while a rollout runs: it waits, asks, and goes on by itself when it is approved", async ({
    start,
  }) => {
    const trial = await start(FREE);
    await trial.startRollout("U0ALICE", "upgrade-required --slots 1");
    await firstTrigger(trial);
    await trial.restart((yaml) => yaml.replace("approvals: 0", "approvals: 1"));
    expect(await pausedBy(trial)).toBe("policy");
    expect(renderText(await trial.message("prod-1/paused-1"))).toContain("<@U0ALICE>");
    const card = await trial.message("prod-1/card");
    await trial.button(card, "approve");
    const before = triggers(trial);
    expect(before).toBeLessThan(4);
    trial.press("U0ALICE", card, "resume");
    await trial.told("U0ALICE", "error.resume-refused");
    trial.press("U0BOB", card, "approve");
    await trial.told("U0BOB", "approved");
    expect(await trial.ended("prod-1")).toEqual(ALL);
  });

  test("an approval that is too old covers nothing that begins now", needs("turn-clock"), async ({ start }) => {
    const trial = await start({ ...BY_BOB, server: [BOB, "approvalCovers: 2m"] });
    const card = await trial.askApproval("upgrade-required --slots 1");
    trial.press("U0BOB", card, "approve");
    await trial.told("U0BOB", "approved");
    expect(await pausedBy(trial)).toBe("coverage");
    expect(renderText(await trial.message("prod-1/ask-2"))).toMatch(/^<@U0BOB>/);
    await trial.button(card, "approve");
    const approved = await trial.event("rollout.prod-1", "rollout.approved");
    for (const { at } of trial.deploy.fleet.triggers) expect(at - approved.at).toBeLessThan(2 * 60_000);
    expect(triggers(trial)).toBeGreaterThan(0);
    expect(triggers(trial)).toBeLessThan(4);
    trial.press("U0CAROL", card, "stop");
    await trial.told("U0CAROL", "stopped");
  });

  test("a server marked dangerous wants its name typed", async ({ start }) => {
    const trial = await start({ ...FREE, server: [BOB, "dangerous: true"] });
    await trial.startRollout();
    const view = await trial.submit("U0ALICE", { server: "Prod!" });
    await until("the form says what is wrong", () => view.errors.server !== undefined);
    expect(trial.events("rollout.prod-1")).toEqual([]);
    await trial.submit("U0ALICE", { server: "prod" });
    await trial.told("U0ALICE", "started");
    expect(await trial.ended("prod-1")).toEqual(ALL);
  });

  test("outside its windows nothing begins; inside one it does", needs("turn-clock"), async ({ start }) => {
    const hour = (n: number) => new Date(clock.now() + n * 3_600_000).toISOString().slice(11, 16);
    const window = (from: number, to: number) =>
      `windows: [{days: every day, from: '${hour(from)}', to: '${hour(to)}', zone: UTC}]`;
    const [closed, opens] = [window(3, 4), hour(3)];
    const trial = await start({ ...FREE, server: [closed] });
    const plan = await trial.planOf("U0ALICE", "upgrade-required");
    expect(renderText(plan)).toContain(opens);
    trial.press("U0ALICE", plan, "start");
    const card = await trial.message("prod-1/card");
    await until("the card says when the next window opens", () => renderText(card).includes(opens));
    trial.say("U0CAROL", "policy");
    expect(await trial.told("U0CAROL", "policy")).toContain(opens);
    await trial.pass(60_000);
    expect(triggers(trial)).toBe(0);
    await trial.restart((yaml) => yaml.replace(closed, window(-1, 1)));
    expect(await trial.ended("prod-1")).toEqual(ALL);
  });

  test("what a plan has to have is said before anything can be pressed", async ({ start }) => {
    const trial = await start({ ...FREE, server: [BOB, "maxAgents: 2", "reasonRequired: true", "canaryMin: 1"] });
    const plan = await trial.planOf("U0ALICE", "upgrade-required", "adjust");
    expect(trial.carried(plan, "start")).toBeUndefined();
    await trial.startRollout("U0ALICE", 'upgrade web-1 web-2 --reason "patch night"');
    expect(await trial.ended("prod-1")).toEqual({ "web-1": "verified", "web-2": "verified" });
  });
});
