import { expect, test } from "vitest";
import { textOf } from "../../src/core/view.ts";
import type { NewEvent } from "../../src/model/events.ts";
import { createWorld, startRollout, type World } from "./run.ts";

/** What only hours and days bring, under the virtual clock: nobody presses anything meanwhile. */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Lets time go on as the clock's timers fall due. */
async function pass(world: World, ms: number, by = 10 * SECOND): Promise<void> {
  for (let left = ms; left > 0; left -= by) await world.step(Math.min(left, by));
}

async function types(world: World, stream: string): Promise<readonly NewEvent["type"][]> {
  return (await world.ledger.read(stream)).map(({ type }) => type);
}

test("a freeze ends by its own time: operations are told, and what waited goes on", async () => {
  const world = await createWorld(1, { calm: true, agents: 3, operationsChannel: "C0OPS" });
  await world.say("freeze prod --until 2h storage is moved");
  await pass(world, MINUTE);
  expect(textOf(await world.say("status prod"))).toContain("No upgrade starts there meanwhile");
  await world.press(await world.say("upgrade-required --at 115m"), "Schedule");
  await pass(world, 2 * HOUR - 3 * MINUTE, MINUTE);
  expect(world.puts.size).toBe(0);
  await pass(world, 10 * MINUTE);
  expect(world.slack.text("server.prod/unfrozen-1")).toContain("prod is no longer frozen: the freeze of");
  expect(await types(world, "server.prod")).toContain("server.unfrozen");
  expect(world.puts.size).toBe(3);
});

test("a start that comes too late is not begun: it is said why, and nothing was asked of any agent", async () => {
  const world = await createWorld(2, { calm: true, agents: 3, operationsChannel: "C0OPS" });
  await world.press(await world.say("upgrade-required --at 2h"), "Schedule");
  await pass(world, MINUTE);
  await world.drydock().stop();
  await world.clock.advance(2 * HOUR + 16 * MINUTE);
  await world.restart();
  await pass(world, MINUTE);
  expect(world.puts.size).toBe(0);
  expect(world.slack.text("prod-1/card")).toContain("It could not start at its time");
  expect(await types(world, "rollout.prod-1")).toEqual(
    expect.arrayContaining(["rollout.unscheduled", "rollout.denied"]),
  );
});

test("Start now on a start that came too late begins nothing that its owner has not seen", async () => {
  const world = await createWorld(2, { calm: true, agents: 3, operationsChannel: "C0OPS" });
  await world.press(await world.say("upgrade-required --at 2h"), "Schedule");
  await pass(world, MINUTE);
  await world.drydock().stop();
  await world.clock.advance(2 * HOUR + 16 * MINUTE);
  world.server.made.set("a1", { name: "db-1" });
  await world.restart();
  await pass(world, MINUTE);
  const startNow = () => world.press(world.slack.view("prod-1/card"), "Start now");
  expect(textOf(await startNow())).toContain(
    "1 of the agents has another name now than when this plan was made. Make a new plan. Example: /agents upgrade-required --server prod",
  );
  await pass(world, MINUTE);
  expect(world.puts.size).toBe(0);
  world.server.made.delete("a1");
  await pass(world, MINUTE);
  expect(textOf(await startNow())).toContain("prod-2 has started with 3 agents.");
});

test("one that is only a little late begins by itself", async () => {
  const world = await createWorld(2, { calm: true, agents: 3, operationsChannel: "C0OPS" });
  await world.press(await world.say("upgrade-required --at 2h"), "Schedule");
  await pass(world, MINUTE);
  await world.drydock().stop();
  await world.clock.advance(2 * HOUR + 10 * MINUTE);
  await world.restart();
  await pass(world, 10 * MINUTE);
  expect(world.puts.size).toBe(3);
});

test("an offer that nobody accepts expires: its buttons go, whoever offered is told, and a late press does nothing", async () => {
  const world = await createWorld(3, { calm: true, agents: 3, policy: { approvalExpires: 30 * MINUTE, slots: 1 } });
  await startRollout(world);
  await pass(world, 10 * SECOND);
  await world.say("pause prod-1");
  const card = world.slack.view("prod-1/card");
  expect(textOf(await world.press(card, "Hand over", "U0BOB"))).toContain("Only the owner of prod-1 can hand it over.");
  expect(textOf(await world.press(card, "Hand over"))).toContain("New owner");
  const fill = (to: string) => world.submit("handover", ["prod-1"], { to: [to] });
  expect(await fill("U0ALICE")).toEqual({ errors: { to: "prod-1 is theirs already." } });
  expect(textOf(await fill("U0BOB"))).toContain("You offered prod-1 to U0BOB.");
  await pass(world, MINUTE);
  const offer = world.slack.view("prod-1/offer-1");
  await pass(world, 30 * MINUTE, MINUTE);
  expect(world.slack.text("prod-1/offer-1")).toContain("This offer is over: it was not accepted in time.");
  expect(world.slack.text("prod-1/offer-1-over")).toContain("prod-1 was not handed over: it was not accepted in time.");
  expect(textOf(await world.press(offer, "Accept", "U0BOB"))).toContain("This offer of prod-1 is over");
  expect(await types(world, "rollout.prod-1")).not.toContain("rollout.handed-over");
});

test("an offer that a newer one replaces loses its buttons, and a handover is not told of as a resume", async () => {
  const world = await createWorld(3, { calm: true, agents: 3, policy: { slots: 1 } });
  await startRollout(world);
  await pass(world, 10 * SECOND);
  await world.say("pause prod-1");
  await world.say("resume prod-1");
  await world.say("handover prod-1 <@U0CAROL>");
  await pass(world, 10 * SECOND);
  expect(world.slack.text("prod-1/offer-1")).toContain("[Accept]");
  await world.say("handover prod-1 <@U0BOB>");
  await pass(world, 10 * SECOND);
  expect(world.slack.text("prod-1/offer-1")).toContain("This offer is over: a newer offer replaced it.");
  expect(world.slack.text("prod-1/offer-1")).not.toContain("[Accept]");
  const accepted = await world.press(world.slack.view("prod-1/offer-2"), "Accept", "U0BOB");
  expect(textOf(accepted)).toBe("You are the owner of prod-1 now. Its upgrades run with your permissions.");
  await pass(world, 10 * SECOND);
  expect(world.slack.text("prod-1/offer-2-over")).toContain("prod-1 is U0BOB's now.");
  expect(world.slack.text("prod-1/continued-1")).toBeUndefined();
  await world.say("pause prod-1", "U0BOB");
  await world.say("resume prod-1");
  await pass(world, 10 * SECOND);
  expect(world.slack.text("prod-1/continued-2")).toContain("prod-1 was resumed with the permissions of U0ALICE");
});

test("somebody on call hands over the rollout of an owner whom Slack has deactivated, and of no other", async () => {
  const world = await createWorld(4, { calm: true, agents: 3, onCall: ["U0CAROL"], policy: { slots: 1 } });
  await startRollout(world);
  await pass(world, 10 * SECOND);
  await world.say("pause prod-1");
  expect(textOf(await world.say("handover prod-1 <@U0BOB>", "U0CAROL"))).toContain("Only the owner of prod-1");
  world.server.usersHidden = true;
  expect(textOf(await world.say("handover prod-1 <@U0BOB>", "U0CAROL"))).toContain("did not say whether the owner");
  world.server.usersHidden = false;
  world.gone.add("U0ALICE");
  expect(textOf(await world.say("handover prod-1 <@U0BOB>", "U0BOB"))).toContain("Only the owner of prod-1");
  expect(textOf(await world.say("handover prod-1 <@U0BOB>", "U0CAROL"))).toContain("You offered prod-1 to U0BOB");
  await pass(world, 10 * SECOND);
  expect(world.slack.text("prod-1/offer-1")).toContain("Accepting does not resume a paused rollout.");
  const accepted = await world.press(world.slack.view("prod-1/offer-1"), "Accept", "U0BOB");
  expect(textOf(accepted)).toBe(
    "You are the owner of prod-1 now. It stays paused until a person presses Resume on its card.",
  );
  await pass(world, 10 * SECOND);
  expect(world.slack.text("prod-1/offer-1-over")).toContain("prod-1 is U0BOB's now.");
});

test("a review that nobody closes is reminded of once a day, two weeks long, and stays listed after that", async () => {
  const approvers = { people: ["U0BOB"], usergroups: [], usergroupPermissions: [], roles: [] };
  const policy = { approvals: 1, approvers, emergency: true };
  const world = await createWorld(5, { calm: true, agents: 2, operationsChannel: "C0OPS", policy });
  await world.press(await world.say('upgrade-required --emergency "the fix cannot be deployed"'), "Start");
  await pass(world, 10 * MINUTE);
  expect(world.slack.text("prod-1/alert")).toContain("Emergency on prod");
  const reminders = () => world.slack.messages.filter(({ key }) => key.startsWith("prod-1/review-")).length;
  expect(reminders()).toBe(0);
  await pass(world, DAY, 10 * MINUTE);
  expect(reminders()).toBe(1);
  expect(world.slack.text("prod-1/review-1")).toContain("the review of prod-1 is still open");
  // What goes on by itself is the same each day: the other days Drydock is mostly away.
  for (let day = 2; day <= 16; day += 1) {
    await world.drydock().stop();
    await world.clock.advance(DAY - 10 * MINUTE);
    await world.restart();
    await pass(world, 10 * MINUTE);
    expect(reminders()).toBe(Math.min(day, 14));
  }
  expect(textOf(await world.say("status prod", "U0BOB"))).toContain("Review open: prod-1");
  await world.submit("review", ["prod-1"], { note: ["looked at it, all is well"] }, "U0BOB");
  await pass(world, MINUTE);
  expect(world.slack.text("prod-1/review-closed")).toContain("looked at it, all is well");
});

test("a restart says for how long Drydock was away, not for how long nothing had happened", async () => {
  const world = await createWorld(9, { calm: true, agents: 3, policy: { slots: 1 } });
  await startRollout(world);
  await pass(world, 10 * SECOND);
  await world.say("pause prod-1");
  await pass(world, HOUR, MINUTE);
  await world.drydock().stop();
  await world.clock.advance(20 * SECOND);
  await world.restart();
  await pass(world, MINUTE);
  const back = world.slack.messages.filter(({ key }) => key.startsWith("prod-1/back-"));
  expect(back.map(({ view }) => textOf(view))).toEqual([
    expect.stringMatching(/^Drydock did not watch prod for 2[0-9] s, until /),
  ]);
});
