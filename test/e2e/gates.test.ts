import { describe, expect } from "vitest";
import { renderText } from "../../playground/slack/block-kit.ts";
import { type E2e, test } from "../support/e2e.ts";
import { needs } from "../support/needs.ts";
import { clock, until } from "../support/time.ts";

/**
 * Tries to get round every gate: each attempt is refused, said to whoever made it, and in the ledger. What is tried elsewhere:
 * forged and replayed buttons, another rollout's id, a press after expiry and approving from a second Slack account in
 * approvals.test.ts; splitting, rules loosened by a restart and triggers long after the approval in rules.test.ts; an account
 * made again in rights.test.ts; guests in conversation.test.ts and approvals.test.ts, shared
 * channels in everyday.test.ts. All of it together, by chance and against an
 * oracle, in domain/gates/no-way-round.test.ts.
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

/** A window that is open every day from so many minutes from now on until so many minutes from now. */
function window(from: number, to: number): string {
  const time = (minutes: number) => new Date(clock.now() + minutes * 60_000).toISOString().slice(11, 16);
  return `windows: [{days: every day, from: '${time(from)}', to: '${time(to)}', zone: UTC}]`;
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
    trial.say("U0ALICE", "freeze prod --until yesterday storage");
    await trial.told("U0ALICE", "error.unknown-time");
    trial.say("U0ALICE", "freeze prod --until 2h storage is <!channel> moved");
    // In the zone of whoever asked; the workspaces have different ones.
    expect(await trial.told("U0ALICE", "frozen")).toMatch(/\(\w+\/\w+\), .*\(UTC\)/);
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
      trial.say(person, "review prod-1 all fine");
      await trial.told(person, "error.review-refused");
    }
    trial.say("U0CAROL", "review prod-1 all fine");
    await trial.told("U0CAROL", "error.not-approver");
    trial.press("U0BOB", alert, "review");
    await trial.submit("U0BOB", { note: "looked at all eight" });
    await trial.told("U0BOB", "review-closed");
    const reply = renderText(await trial.message("prod-1/review-closed"));
    for (const part of ["<@U0BOB>", "`looked at all eight`"]) expect(reply).toContain(part);
    await trial.button(alert, "review", "not");
    expect(typesOf(trial, "rollout.prod-1")).toEqual(expect.arrayContaining(["review.opened", "review.closed"]));
  });

  test("is not taken where the server's owner does not want it", async ({ start }) => {
    const trial = await start(BY_BOB);
    await refusedPlan(trial, "U0ALICE", 'upgrade web-1 --emergency "the fix is blocked"');
  });
});

describe("a scheduled start", () => {
  test(
    "begins at its time once it is approved; moved it is asked again, also over a restart, and approvers can cancel it",
    needs("turn-clock"),
    async ({ start }) => {
      const trial = await start(BY_BOB);
      const card = await trial.askApproval("upgrade-required --at 6h");
      const old = trial.carried(card, "approve") ?? "";
      trial.press("U0BOB", card, "approve");
      await trial.told("U0BOB", "approved");
      await trial.button(card, "approve", "not");
      trial.say("U0BOB", "reschedule prod-1 --at 2h");
      await trial.told("U0BOB", "error.schedule-refused");
      trial.say("U0ALICE", "reschedule prod-1 --at next-window");
      await trial.told("U0ALICE", "error.no-window");
      trial.press("U0ALICE", card, "reschedule");
      const view = await trial.submit("U0ALICE", { at: "whenever" });
      await until("the form says what is wrong", () => view.errors.at !== undefined);
      await trial.submit("U0ALICE", { at: "7h" });
      expect(await trial.told("U0ALICE", "rescheduled")).toMatch(/\(\w+\/\w+\)/);
      await trial.message("prod-1/ask-2");
      trial.forge("U0BOB", card, "approve", old);
      await trial.told("U0BOB", "error.request-over");
      await until("a new button", () => ![undefined, old].includes(trial.carried(card, "approve")));
      trial.press("U0BOB", card, "approve");
      await trial.button(card, "approve", "not");
      await trial.restart();
      trial.say("U0CAROL", "rollouts");
      expect(await trial.told("U0CAROL", "rollouts")).toContain("prod-1");

      // One that waits for its time keeps nobody from asking for another.
      const second = await trial.askApproval("upgrade web-1 --at 8m", "prod-2");
      trial.press("U0BOB", second, "approve");
      await trial.told("U0BOB", "approved");
      trial.press("U0DAVE", card, "unschedule");
      await trial.told("U0DAVE", "error.not-owner-or-on-call");
      trial.press("U0BOB", card, "unschedule");
      await trial.told("U0BOB", "unscheduled");
      const closed = renderText(await trial.message("prod-1/closed-2"));
      for (const person of ["<@U0ALICE>", "<@U0BOB>"]) expect(closed).toContain(person);
      expect(await trial.ended("prod-2")).toEqual({ "web-1": "verified" });
      expect(triggers(trial)).toBe(1);
      const scheduled = await trial.event("rollout.prod-2", "rollout.scheduled");
      const started = await trial.event("rollout.prod-2", "rollout.started");
      expect(started.at).toBeGreaterThanOrEqual(Number(scheduled.data.at));
    },
  );

  test("needs no approval where none is wanted, and holds to the windows", needs("turn-clock"), async ({ start }) => {
    const trial = await start({ deploy: { agents: AGENTS }, server: [window(-60, 120)] });
    for (const at of ["5h", "15d"]) {
      trial.say("U0ALICE", `upgrade-required --at ${at}`);
      await trial.told("U0ALICE", "error.start-time-refused");
    }
    trial.press("U0ALICE", await trial.planOf("U0ALICE", "upgrade web-1 --at next-window"), "start");
    await trial.told("U0ALICE", "scheduled");
    await trial.button(await trial.message("prod-1/card"), "unschedule");
    trial.press("U0ALICE", await trial.planOf("U0ALICE", "upgrade-required --at 4m"), "start");
    await trial.told("U0ALICE", "scheduled");
    expect(Object.values(await trial.ended("prod-2"))).toEqual(AGENTS.map(() => "verified"));
    expect(triggers(trial)).toBe(4);
    trial.say("U0ALICE", "unschedule prod-1");
    await trial.told("U0ALICE", "unscheduled");
  });

  test(
    "ends in time by forecast: what would outrun the window waits for the next one, and the card says so",
    needs("turn-clock"),
    async ({ start }) => {
      // Nothing has been learned yet: each agent is expected to take 3 min, and the window closes in less than that.
      const closes = 2;
      const server = [window(-60, closes)];
      const closing = /to: '([\d:]+)'/.exec(server[0] ?? "")?.[1] ?? "";
      const trial = await start({ deploy: { agents: AGENTS }, server });
      await trial.startRollout();
      const card = await trial.message("prod-1/card");
      await until("the card says when the window closes", () => renderText(card).includes(closing));
      await trial.pass(closes * 60_000);
      expect(triggers(trial)).toBe(0);
      trial.say("U0ALICE", "stop prod-1");
      await trial.told("U0ALICE", "stopped");
    },
  );
});
