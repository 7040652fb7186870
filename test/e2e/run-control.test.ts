import { describe, expect } from "vitest";
import { renderText } from "../../playground/slack/block-kit.ts";
import { test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { until } from "../support/time.ts";

const AGENTS = Array.from({ length: 4 }, (_, i) => ({ name: `web-${i + 1}` }));
const ALL = Object.fromEntries(AGENTS.map(({ name }) => [name, "verified"]));
/** Bob can approve, and nobody has to. */
const FREE = { deploy: { agents: AGENTS }, server: ["approvers: {people: [U0BOB]}"] };

const triggers = (trial: E2e) => trial.deploy.fleet.triggers.length;
const firstTrigger = (trial: E2e) => until("the first trigger", () => triggers(trial) === 1);

/** Why Drydock, or somebody, has paused the rollout. */
async function pausedBy(trial: E2e): Promise<unknown> {
  return (await trial.event("rollout.prod-1", "rollout.paused")).data.kind;
}

describe("run control", () => {
  test("an approver pauses, somebody with the rights continues and owns it then; nobody else may", async ({
    start,
  }) => {
    const trial = await start(FREE);
    await trial.startRollout("U0ALICE", "upgrade-required --slots 1");
    const card = await trial.message("prod-1/card");
    await firstTrigger(trial);
    trial.press("U0DAVE", card, "pause");
    await trial.told("U0DAVE", "error.not-owner-or-on-call");
    // The server need not answer for it; it is away for longer than the moment in which nobody is told.
    trial.deploy.trouble({ kind: "unreachable", seconds: 45 });
    trial.press("U0BOB", card, "pause");
    await trial.told("U0BOB", "paused");
    expect(await pausedBy(trial)).toBe("person");
    const paused = renderText(await trial.message("prod-1/paused-1"));
    for (const person of ["<@U0ALICE>", "<@U0BOB>"]) expect(paused).toContain(person);
    await trial.button(card, "resume");
    await trial.event("server.prod", "server.back");
    trial.press("U0DAVE", card, "resume");
    await trial.told("U0DAVE", "error.no-permission");
    trial.press("U0BOB", card, "resume");
    await trial.told("U0BOB", "resumed");
    const resumed = renderText(await trial.message("prod-1/continued-1"));
    for (const part of ["<@U0ALICE>", "<@U0BOB>", "`bob`"]) expect(resumed).toContain(part);
    expect(await trial.ended("prod-1")).toEqual(ALL);
    expect(renderText(await trial.message("prod-1/end"))).toContain("<@U0BOB>");
    trial.say("U0BOB", "resume prod-1");
    await trial.told("U0BOB", "error.wrong-state");
  });

  test("an owner who is unlinked while it runs: nothing more begins on their behalf, and they cannot continue it", async ({
    start,
  }) => {
    const mapping = "mapping: {U0ELSE: {prod: bob}}";
    const trial = await start({ ...FREE, people: [mapping] });
    await trial.startRollout("U0ELSE", "upgrade-required --slots 1");
    await firstTrigger(trial);
    await trial.restart((yaml) => yaml.replace(mapping, "mapping: {}"));
    expect(await pausedBy(trial)).toBe("rights");
    expect(renderText(await trial.message("prod-1/paused-1"))).toContain("<@U0ELSE>");
    const card = await trial.message("prod-1/card");
    await trial.button(card, "resume");
    trial.press("U0ELSE", card, "resume");
    await trial.told("U0ELSE", "error.not-mapped");
    expect(triggers(trial)).toBeLessThan(4);
    trial.press("U0ALICE", card, "resume");
    await trial.told("U0ALICE", "resumed");
    expect(await trial.ended("prod-1")).toEqual(ALL);
    expect(renderText(await trial.message("prod-1/end"))).toContain("<@U0ALICE>");
  });

  test("an approver who takes a rollout over has not approved it any more: another one has to", async ({ start }) => {
    const trial = await start({ ...FREE, approvals: "1", server: ["approvers: {people: [U0BOB, U0DAVE]}"] });
    const card = await trial.askApproval("upgrade-required --slots 1");
    trial.press("U0BOB", card, "approve");
    await firstTrigger(trial);
    await trial.button(card, "pause");
    trial.press("U0ALICE", card, "pause");
    await trial.told("U0ALICE", "paused");
    await trial.button(card, "resume");
    const before = triggers(trial);
    trial.press("U0BOB", card, "resume");
    expect(await trial.told("U0BOB", "resume-needs-approval")).toContain(
      "You become the owner of prod-1 when it is approved.",
    );
    await trial.button(card, "approve");
    trial.press("U0BOB", card, "approve");
    await trial.told("U0BOB", "error.request-refused");
    expect(triggers(trial)).toBe(before);
    trial.press("U0DAVE", card, "approve");
    await trial.told("U0DAVE", "approved");
    expect(await trial.ended("prod-1")).toEqual(ALL);
    expect(renderText(await trial.message("prod-1/end"))).toContain("<@U0BOB>");
  });
});
