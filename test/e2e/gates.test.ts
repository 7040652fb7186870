import { describe, expect } from "vitest";
import { renderText } from "../../playground/slack/block-kit.ts";
import { test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { until } from "../support/time.ts";

/**
 * Tries to get round every gate: each attempt is refused, said to whoever made it, and in the ledger. What is tried elsewhere:
 * forged and replayed buttons, another rollout's id, a press after expiry and guests in approvals.test.ts; approving from a
 * second Slack account in approvers.test.ts; windows and moved starts in schedules.test.ts; splitting, rules loosened by a
 * restart and triggers long after the approval in rules.test.ts; an account made again in rights.test.ts; guests in
 * conversation.test.ts; shared channels in everyday.test.ts. All of it together, by chance and against an oracle, in
 * gates/no-way-round.test.ts.
 */
const AGENTS = Array.from({ length: 4 }, (_, i) => ({ name: `web-${i + 1}` }));
/** One approval, and Bob is the only one who can give it. */
const BY_BOB = { deploy: { agents: AGENTS }, approvals: "1", server: ["approvers: {people: [U0BOB]}"] };

const triggers = (trial: E2e) => trial.deploy.fleet.triggers.length;
const typesOf = (trial: E2e, stream: string) => trial.events(stream).map(({ type }) => type);

/** A plan that shows why it cannot be started: it can only be adjusted. */
async function refusedPlan(trial: E2e, person: string, text: string): Promise<void> {
  const plan = await trial.planOf(person, text, "adjust");
  expect(["start", "request"].map((command) => trial.carried(plan, command))).toEqual([undefined, undefined]);
}

describe("a freeze", () => {
  test("lets nothing begin, also over a restart, until its freezer or an approver ends it", async ({ start }) => {
    const trial = await start({ ...BY_BOB, approvals: "{above: 3, count: 1}" });
    await trial.startRollout("U0ALICE", "upgrade web-1 web-2 --slots 1");
    await until("the first trigger", () => triggers(trial) === 1);
    trial.say("U0CAROL", "freeze prod no right to do so");
    await trial.told("U0CAROL", "error.no-permission");
    trial.say("U0ALICE", "freeze prod");
    await trial.told("U0ALICE", "error.freeze-needs-reason");
    trial.say("U0ALICE", "freeze prod until 4h storage");
    expect(await trial.told("U0ALICE", "error.until-in-reason")).toContain("type --until 4h.");
    for (const [reason, instead] of [
      ["until 2026-12-01T06:00 storage", "type --until 2026-12-01T06:00."],
      ["storage moves until 18:00", 'If "until 18:00" says'],
      ["4h storage", "type --until 4h."],
      ["until Friday", "type --until and a time, such as 4h or sat 22:00."],
    ] as const) {
      trial.say("U0ALICE", `freeze prod ${reason}`);
      expect(await trial.told("U0ALICE", "error.until-in-reason")).toContain(instead);
    }
    trial.say("U0ALICE", "freeze prod --until yesterday storage");
    await trial.told("U0ALICE", "error.unknown-time");
    trial.say("U0ALICE", "freeze prod --until 2h storage is <!channel> moved");
    expect(await trial.told("U0ALICE", "frozen")).toMatch(/\d\d:\d\d UTC \(2h from now\)/);
    const notice = await trial.message("server.prod/frozen-1");
    expect(notice.channel).toBe("C0OPS");
    expect(renderText(notice)).toContain("`storage is <!channel> moved`");
    expect(JSON.stringify(notice)).not.toContain("<!channel>");
    const reply = renderText(await trial.message("prod-1/frozen-1"));
    for (const part of ["<@U0ALICE>", "storage"]) expect(reply).toContain(part);
    const card = await trial.message("prod-1/card");
    await until("the card says why nothing begins", () => renderText(card).includes("storage"));
    await until("the one in flight to end", () => Object.keys(trial.outcomes("prod-1")).length === 1);

    trial.say("U0BOB", "freeze prod --until 1m shorter");
    await trial.told("U0BOB", "error.not-freeze-owner");
    await refusedPlan(trial, "U0BOB", "upgrade web-4");
    trial.say("U0DAVE", "unfreeze prod");
    await trial.told("U0DAVE", "error.not-approver");
    await trial.restart();
    trial.say("U0CAROL", "status");
    expect(await trial.told("U0CAROL", "status")).toContain("storage");
    expect(triggers(trial)).toBe(1);
    trial.say("U0BOB", "unfreeze prod");
    await trial.told("U0BOB", "unfrozen");
    expect(renderText(await trial.message("server.prod/unfrozen-1"))).toContain("<@U0BOB>");
    expect(await trial.ended("prod-1")).toEqual({ "web-1": "verified", "web-2": "verified" });
    expect(typesOf(trial, "server.prod")).toEqual(expect.arrayContaining(["server.frozen", "server.unfrozen"]));
  });

  test("lets what is approved meanwhile wait, and goes on when it is over", async ({ start }) => {
    const trial = await start(BY_BOB);
    const card = await trial.askApproval();
    trial.say("U0BOB", "freeze prod --until 1h nothing tonight");
    await trial.told("U0BOB", "frozen");
    trial.press("U0BOB", card, "approve");
    await trial.told("U0BOB", "approved");
    await trial.button(card, "approve", "not");
    const plan = await trial.planOf("U0ALICE", "upgrade web-1", "request");
    for (const shown of [card, plan]) expect(renderText(shown)).toContain("nothing tonight");
    expect(triggers(trial)).toBe(0);
    expect(typesOf(trial, "rollout.prod-1")).not.toContain("rollout.started");
    trial.say("U0BOB", "unfreeze prod");
    await trial.told("U0BOB", "unfrozen");
    expect(Object.values(await trial.ended("prod-1"))).toEqual(AGENTS.map(() => "verified"));
  });
});

describe("a handover", () => {
  test("makes somebody the owner who accepts it; neither of the two can have approved it", async ({ start }) => {
    const trial = await start({ ...BY_BOB, server: ["approvers: {people: [U0ALICE, U0BOB, U0DAVE]}"] });
    const card = await trial.askApproval("upgrade-required --slots 1");
    trial.press("U0BOB", card, "approve");
    await trial.told("U0BOB", "approved");
    await until("the first trigger", () => triggers(trial) === 1);
    trial.say("U0BOB", "handover prod-1 <@U0BOB>");
    await trial.told("U0BOB", "error.handover-refused");
    trial.say("U0ALICE", "handover prod-1 <@U0CAROL>");
    await trial.told("U0ALICE", "offered");
    const first = await trial.message("prod-1/offer-1");
    expect(renderText(first)).toContain("<@U0CAROL>");
    const stale = trial.carried(first, "accept") ?? "";
    trial.press("U0CAROL", first, "accept");
    await trial.told("U0CAROL", "error.no-permission");
    trial.say("U0ALICE", "handover prod-1 <@U0BOB>");
    const offer = await trial.message("prod-1/offer-2");
    trial.press("U0DAVE", offer, "accept");
    await trial.told("U0DAVE", "error.offer-refused");
    trial.forge("U0BOB", first, "accept", stale);
    await trial.told("U0BOB", "error.offer-refused");

    trial.press("U0BOB", offer, "accept");
    await trial.told("U0BOB", "accepted-needs-approval");
    const before = triggers(trial);
    expect(renderText(await trial.message("prod-1/offer-2-over"))).toContain("<@U0ALICE>");
    await trial.button(offer, "accept", "not");
    await trial.button(card, "approve");
    for (const person of ["U0BOB", "U0ALICE"]) {
      trial.press(person, card, "approve");
      await trial.told(person, "error.request-refused");
    }
    expect(triggers(trial)).toBe(before);
    trial.press("U0DAVE", card, "approve");
    await trial.told("U0DAVE", "approved");
    expect(Object.values(await trial.ended("prod-1"))).toEqual(AGENTS.map(() => "verified"));
    expect(renderText(await trial.message("prod-1/end"))).toContain("<@U0BOB>");
    expect(typesOf(trial, "rollout.prod-1")).toEqual(
      expect.arrayContaining(["rollout.offered", "rollout.handed-over"]),
    );
  });
});

describe("an emergency", () => {
  test("starts a few agents without approval, alerts, and stays open until an approver who is not the requester has looked", async ({
    start,
  }) => {
    const trial = await start({
      ...BY_BOB,
      server: ["approvers: {people: [U0ALICE, U0ELSE, U0BOB]}", "emergency: true"],
      people: ["mapping: {U0ELSE: {prod: alice}}"],
      deploy: { agents: Array.from({ length: 12 }, (_, i) => ({ name: `web-${i + 1}` })) },
    });
    await refusedPlan(trial, "U0ALICE", 'upgrade-required --emergency "the fix is blocked"');
    trial.say("U0ALICE", 'upgrade-required --limit 8 --reason "patch night" --emergency "the fix is blocked"');
    await trial.told("U0ALICE", "error.flags-conflict");
    await trial.startRollout("U0ALICE", 'upgrade-required --limit 8 --emergency "the fix <!channel> is blocked"');
    const alert = await trial.message("prod-1/alert");
    expect(alert.channel).toBe("C0OPS");
    for (const part of ["<@U0ALICE>", "<@U0BOB>", "8", "`the fix <!channel> is blocked`"])
      expect(renderText(alert)).toContain(part);
    expect(JSON.stringify(alert)).not.toContain("<!channel>");
    // Splitting does not help, and neither does another Slack account of the same user.
    for (const person of ["U0ALICE", "U0ELSE"])
      await refusedPlan(trial, person, "upgrade-required --limit 3 --emergency more");
    expect(Object.values(await trial.ended("prod-1"))).toEqual(Array(8).fill("verified"));
    expect(triggers(trial)).toBe(8);

    await trial.restart();
    trial.say("U0CAROL", "status");
    expect(await trial.told("U0CAROL", "status")).toContain("prod-1");
    for (const person of ["U0ALICE", "U0ELSE"]) {
      trial.press(person, alert, "review");
      await trial.submit(person, { note: "all fine" });
      await trial.told(person, "error.review-refused");
    }
    trial.press("U0CAROL", alert, "review");
    await trial.submit("U0CAROL", { note: "all fine" });
    await trial.told("U0CAROL", "error.not-approver");
    trial.press("U0BOB", alert, "review");
    await trial.submit("U0BOB", { note: "looked at all eight" });
    await trial.told("U0BOB", "review-closed");
    const reply = renderText(await trial.message("prod-1/review-closed"));
    for (const part of ["<@U0BOB>", "`looked at all eight`"]) expect(reply).toContain(part);
    await trial.button(alert, "review", "not");
    expect(typesOf(trial, "rollout.prod-1")).toEqual(expect.arrayContaining(["review.opened", "review.closed"]));
    trial.say("U0BOB", "audit prod-1");
    const audit = await trial.told("U0BOB", "audit");
    expect(audit).toContain("It started as an emergency without the 1 approval that 8 agents required.");
    expect(audit).toContain("closed the review: looked at all eight");
  });

  test("is reviewed by the approvers of today, if those of then are gone", async ({ start }) => {
    const trial = await start({ ...BY_BOB, server: ["approvers: {people: [U0BOB]}", "emergency: true"] });
    await trial.startRollout("U0ALICE", 'upgrade web-1 --emergency "the fix is blocked"');
    await trial.ended("prod-1");
    await trial.restart((yaml) => yaml.replace("people: [U0BOB]", "people: [U0CAROL]"));
    const alert = await trial.message("prod-1/alert");
    trial.press("U0BOB", alert, "review");
    await trial.submit("U0BOB", { note: "all fine" });
    await trial.told("U0BOB", "error.not-approver");
    trial.press("U0CAROL", alert, "review");
    await trial.submit("U0CAROL", { note: "looked at it" });
    await trial.told("U0CAROL", "review-closed");
  });

  test("is not taken where the server's owner does not want it", async ({ start }) => {
    const trial = await start(BY_BOB);
    await refusedPlan(trial, "U0ALICE", 'upgrade web-1 --emergency "the fix is blocked"');
  });
});
