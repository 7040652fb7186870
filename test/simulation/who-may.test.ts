import { describe, expect, test } from "vitest";
import { type Shown, textOf } from "../../src/core/view.ts";
import { ServerError } from "../../src/model/deploy-server.ts";
import type { Policy } from "../../src/model/policy.ts";
import { SYSTEM_TEAM_ID } from "../../src/model/rights.ts";
import { createWorld, type Given, type World } from "./run.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const GROUP = "S0PLATFORM";

const approvers = (given: Partial<Policy["approvers"]>): Partial<Policy> => ({
  approvals: 1,
  approvers: { people: [], usergroups: [], usergroupPermissions: ["Upgrade Agents"], roles: [], ...given },
});
const BY_BOB_OR_CAROL = approvers({ people: ["U0BOB", "U0CAROL"] });
const BY_GROUP = approvers({ usergroups: [GROUP], people: ["U0CAROL"] });

async function openWorld(policy: Partial<Policy>, given: Partial<Given> = {}): Promise<World> {
  return createWorld(1, {
    calm: true,
    agents: 3,
    policy: { slots: 3, ...policy },
    prepare: ({ usergroups }) => void usergroups.set(GROUP, new Set(["U0BOB"])),
    ...given,
  });
}

async function pass(world: World, ms: number, step = 5 * SECOND): Promise<void> {
  for (let left = ms; left > 0; left -= step) await world.step(step);
}

/** Asks as Alice, and has Bob approve. */
async function approved(world: World, command = "upgrade-required"): Promise<void> {
  await world.press(await world.say(command), "Request approval");
  await pass(world, 10 * SECOND);
  expect(textOf(await approve(world, "U0BOB"))).toContain("You approved prod-1");
}

const approve = (world: World, person: string) => world.press(world.slack.view("prod-1/card"), "Approve", person);

async function deny(world: World): Promise<Shown> {
  const form = await world.press(world.slack.view("prod-1/card"), "Deny", "U0CAROL");
  if (!("form" in form) || !form.form) throw new Error(`There is no form on: ${textOf(form)}`);
  return world.submit(form.form.command, form.form.args, { reason: ["it is the wrong plan"] }, "U0CAROL");
}

/** Types the server's name into the form that a press shows on a server that is marked dangerous. */
function confirm(world: World, form: Shown, person?: string): Promise<Shown> {
  if (!("form" in form) || !form.form) throw new Error(`There is no form on: ${textOf(form)}`);
  return world.submit(form.form.command, form.form.args, { server: ["prod"] }, person);
}

async function types(world: World): Promise<readonly string[]> {
  return (await world.ledger.read("rollout.prod-1")).map(({ type }) => type).filter((type) => /^rollout/.test(type));
}

describe("an approval counts at the start only if its giver could still give it", () => {
  test.each<readonly [string, Partial<Policy>, (world: World) => void, string]>([
    ["deactivated", BY_BOB_OR_CAROL, ({ gone }) => gone.add("U0BOB"), "is deactivated in Slack"],
    ["a guest", BY_BOB_OR_CAROL, ({ kinds }) => kinds.set("U0BOB", "guest"), "is a guest in Slack now"],
    ["locked", BY_BOB_OR_CAROL, ({ server }) => server.locked.add("bob"), "is deleted or locked on the server"],
    ["out of the usergroup", BY_GROUP, ({ usergroups }) => usergroups.get(GROUP)?.clear(), "is in no usergroup"],
    ["without the permission", BY_GROUP, ({ server }) => server.powerless.add("bob"), "does not hold a permission"],
  ])("one who is %s after a wait: asked again, with the reason", async (_what, policy, lose, said) => {
    const world = await openWorld(policy);
    await approved(world, "upgrade-required --at 20m");
    lose(world);
    await pass(world, 21 * MINUTE);
    expect(world.puts.size).toBe(0);
    expect(await types(world)).not.toContain("rollout.started");
    const again = world.slack.text("prod-1/ask-2") ?? "";
    expect(again).toContain("1 approval no longer counts.");
    expect(again).toContain(`bob ${said}`);
    expect(world.slack.text("prod-1/card")).toContain(`bob ${said}`);
    await approve(world, "U0CAROL");
    await pass(world, MINUTE);
    expect(world.puts.size).toBe(3);
  });

  test("one that is asked again names the agents that dropped out meanwhile", async () => {
    const world = await openWorld(BY_BOB_OR_CAROL);
    await approved(world, "upgrade-required --at 20m");
    world.gone.add("U0BOB");
    world.server.made.set("a2", { status: "offline" });
    await pass(world, 21 * MINUTE);
    expect(world.slack.text("prod-1/ask-2")).toContain("to upgrade 2 agents on prod.");
    expect(world.slack.text("prod-1/card")).toContain("1 left out: a2 (offline, gone, inactive or upgraded already).");
  });

  test("one who was there a minute before is not asked anew", async () => {
    const world = await openWorld(BY_BOB_OR_CAROL);
    await approved(world, "upgrade-required --at 1m");
    world.gone.add("U0BOB");
    await pass(world, 2 * MINUTE);
    const again = world.slack.text("prod-1/ask-2") ?? "";
    expect([again.includes("U0CAROL"), again.includes("U0BOB")]).toEqual([true, false]);
  });

  test("a freeze hides it no more than a schedule does", async () => {
    const world = await openWorld(BY_BOB_OR_CAROL);
    await world.say('freeze prod "storage is being moved"');
    await approved(world);
    await pass(world, 20 * MINUTE);
    world.gone.add("U0BOB");
    await world.say("unfreeze prod");
    await pass(world, MINUTE);
    expect(world.puts.size).toBe(0);
    expect(world.slack.text("prod-1/ask-2")).toContain("bob is deactivated in Slack");
  });

  test.each<readonly [string, string, (world: World) => Promise<Shown>]>([
    ["cancels it", "rollout.withdrawn", (world) => world.say("cancel prod-1")],
    ["presses Withdraw", "rollout.withdrawn", (world) => world.press(world.slack.view("prod-1/card"), "Withdraw")],
    ["presses Deny", "rollout.denied", deny],
  ])("while a freeze keeps it, a person %s: it does not start after that", async (_what, type, takeBack) => {
    const world = await openWorld({ ...BY_BOB_OR_CAROL, approvalExpires: 10 * MINUTE });
    await world.say('freeze prod "storage is being moved"');
    await approved(world);
    await pass(world, 20 * MINUTE);
    expect(textOf(await world.say("stop prod-1"))).toContain(
      "its requester can cancel it, and an approver can deny it",
    );
    await takeBack(world);
    await world.say("unfreeze prod");
    await pass(world, MINUTE);
    expect((await types(world)).at(-1)).toBe(type);
    expect(world.puts.size).toBe(0);
  });

  test("a paused rollout that somebody resumes asks again", async () => {
    const world = await openWorld({ ...BY_BOB_OR_CAROL, slots: 1 });
    await approved(world);
    await pass(world, 10 * SECOND);
    await world.say("pause prod-1");
    world.gone.add("U0BOB");
    const begun = world.puts.size;
    expect(textOf(await world.say("resume prod-1"))).toContain("1 approval no longer counts.");
    await pass(world, 5 * MINUTE);
    expect([begun, world.puts.size]).toEqual([1, 1]);
  });

  test("one that is resumed after its request lapsed asks again with the cause of that request", async () => {
    const world = await openWorld({ ...BY_BOB_OR_CAROL, slots: 1, approvalExpires: 10 * MINUTE });
    await approved(world);
    await pass(world, 10 * SECOND);
    world.server.version = "7.3.0.0.1";
    await pass(world, 2 * MINUTE);
    const moved = "prod is at 7.3.0.0.1 now";
    expect(world.slack.text("prod-1/ask-2")).toContain(moved);
    for (const round of [3, 4]) {
      await pass(world, 11 * MINUTE);
      expect(textOf(await world.say("resume prod-1"))).toContain(moved);
      await pass(world, 10 * SECOND);
      const again = world.slack.text(`prod-1/ask-${round}`) ?? "";
      expect(again).toContain(moved);
      expect(again).not.toContain("the owner of a rollout");
      expect(again.match(/prod requires 1 approval for it now, and it has 0/g)).toHaveLength(1);
    }
  });

  test("one that a person pauses while it waits for approval says after the approval that a person has to resume it", async () => {
    const world = await openWorld({ ...BY_BOB_OR_CAROL, slots: 1 });
    await approved(world);
    await pass(world, 10 * SECOND);
    world.server.version = "7.3.0.0.1";
    await pass(world, 2 * MINUTE);
    expect(textOf(await world.say("pause prod-1"))).toContain("the other agents, those of prod-1 after approval.");
    const stays = "You approved prod-1: it has its approval. It stays paused until a person presses Resume.";
    expect(textOf(await approve(world, "U0CAROL"))).toBe(stays);
    await pass(world, 10 * SECOND);
    expect(world.slack.text("prod-1/approved-held-2")).toBe(
      "U0ALICE prod-1 is approved and stays paused. Press Resume or Stop on its card.",
    );
    expect(world.slack.text("prod-1/card")).toContain("prod-1: paused. Press Resume or Stop.");
  });

  test("one that another person resumes while its server moves is theirs once it is approved", async () => {
    const world = await openWorld({ ...BY_BOB_OR_CAROL, slots: 1 });
    await approved(world);
    await pass(world, 10 * SECOND);
    await world.say("pause prod-1");
    world.server.version = "7.3.0.0.1";
    const answer = textOf(await world.say("resume prod-1", "U0DAVE"));
    expect(answer).toContain("You become the owner of prod-1 when it is approved.");
    expect(answer).toContain("prod is at 7.3.0.0.1 now");
    await pass(world, 10 * SECOND);
    await approve(world, "U0CAROL");
    await pass(world, MINUTE);
    const continued = (await world.ledger.read("rollout.prod-1")).findLast(({ type }) => type === "rollout.continued");
    expect(continued?.data).toMatchObject({ by: "U0DAVE" });
  });

  test("one that a person resumes shortly before its pause ends waits for its approval, and ends without one", async () => {
    const given = { ...BY_BOB_OR_CAROL, slots: 1, approvalExpires: 10 * MINUTE, pauseExpires: 20 * MINUTE };
    for (const isApproved of [true, false]) {
      const world = await openWorld(given);
      await approved(world);
      await pass(world, 10 * SECOND);
      await world.say("pause prod-1");
      world.server.version = "7.3.0.0.1";
      await pass(world, 18 * MINUTE);
      expect(textOf(await world.say("resume prod-1", "U0DAVE"))).toContain("when it is approved");
      await pass(world, 4 * MINUTE);
      expect((await types(world)).at(-1)).toBe("rollout.requested");
      if (isApproved) await approve(world, "U0CAROL");
      await pass(world, 7 * MINUTE);
      expect(await types(world)).toContain(isApproved ? "rollout.continued" : "rollout.stopped");
    }
  });

  test("one that another person accepts while it waits for approval says that its approval resumes it", async () => {
    const world = await openWorld({ ...BY_BOB_OR_CAROL, slots: 1 });
    await approved(world);
    await pass(world, 10 * SECOND);
    world.server.version = "7.3.0.0.1";
    await pass(world, 2 * MINUTE);
    await world.say("handover prod-1 <@U0DAVE>");
    await pass(world, 10 * SECOND);
    expect(textOf(await world.press(world.slack.view("prod-1/offer-1"), "Accept", "U0DAVE"))).toBe(
      "You are the owner of prod-1 now. It resumes with your permissions when it has its approvals.",
    );
  });

  test("an approver of what an emergency asks again finds its review on their page all the same", async () => {
    const policy = { ...BY_BOB_OR_CAROL, slots: 1, emergency: true };
    const world = await createWorld(1, { calm: true, agents: 3, policy });
    await world.press(await world.say('upgrade-required --emergency "the fix cannot be deployed"'), "Start");
    await pass(world, 10 * SECOND);
    const page = async () => textOf(await world.submit("home", [], {}, "U0CAROL"));
    expect(await page()).toContain("Close review of prod-1");
    policy.emergency = false;
    await world.restart();
    await pass(world, MINUTE);
    expect(textOf(await approve(world, "U0CAROL"))).toContain("You approved prod-1");
    expect(await page()).toContain("Close review of prod-1");
  });

  test("an approver of today finds a review on their page, also one who could not approve when the emergency began", async () => {
    const policy = { ...approvers({ people: ["U0BOB"] }), emergency: true };
    const world = await createWorld(1, { calm: true, agents: 1, policy });
    await world.press(await world.say('upgrade-required --emergency "the fix cannot be deployed"'), "Start");
    await pass(world, 10 * SECOND);
    Object.assign(policy, approvers({ people: ["U0CAROL"] }));
    await world.restart();
    await pass(world, MINUTE);
    expect(textOf(await world.submit("home", [], {}, "U0CAROL"))).toContain("Close review of prod-1");
  });

  test("if nobody is left who could approve, the asker is told at once", async () => {
    const world = await openWorld(approvers({ people: ["U0BOB"] }));
    await approved(world, "upgrade-required --at 20m");
    world.gone.add("U0BOB");
    await pass(world, 21 * MINUTE);
    expect(await types(world)).toContain("rollout.denied");
    expect(world.slack.text("prod-1/closed-1")).toMatch(/U0ALICE.*could not start.*no other person can give one now/s);
  });
});

describe("on a dangerous server, what waits for approval before it resumes", () => {
  const moves = (world: World, version: string) => Object.assign(world.server, { version });
  const isContinued = async (world: World) => (await types(world)).includes("rollout.continued");
  const held = "You approved prod-1: it has its approval. It stays paused until a person presses Resume.";

  async function underWay(): Promise<World> {
    const world = await openWorld({ ...BY_BOB_OR_CAROL, slots: 1, dangerous: true });
    await confirm(world, await world.press(await world.say("upgrade-required"), "Request approval"));
    await pass(world, 10 * SECOND);
    await approve(world, "U0BOB");
    await pass(world, 10 * SECOND);
    return world;
  }

  test("stays paused if Drydock asks: everybody reads so, and a person types the name", async () => {
    const world = await underWay();
    moves(world, "7.3.0.0.1");
    await pass(world, 2 * MINUTE);
    const card = JSON.stringify(world.slack.view("prod-1/card"));
    expect(card).toContain("later. It stays paused until a person presses Resume.");
    expect(card).not.toContain("when it has its approvals. This cannot be undone");
    expect(textOf(await approve(world, "U0CAROL"))).toBe(held);
    await pass(world, MINUTE);
    expect(world.slack.text("prod-1/approved-held-2")).toBe(
      "U0ALICE prod-1 is approved and stays paused. Press Resume or Stop on its card.",
    );
    expect((await types(world)).filter((type) => type === "rollout.paused")).toHaveLength(1);
    expect(await isContinued(world)).toBe(false);
    await confirm(world, await world.say("resume prod-1"));
    expect(await isContinued(world)).toBe(true);
  });

  test("resumes by itself for a person who has typed the name at Resume", async () => {
    const world = await underWay();
    await world.say("pause prod-1");
    moves(world, "7.3.0.0.1");
    const answer = textOf(await confirm(world, await world.say("resume prod-1", "U0DAVE"), "U0DAVE"));
    expect(answer).toContain("You become the owner of prod-1 when it is approved.");
    await pass(world, 10 * SECOND);
    expect(JSON.stringify(world.slack.view("prod-1/card"))).not.toContain("stays paused until");
    expect(textOf(await approve(world, "U0CAROL"))).toContain("Nothing more to do.");
    await pass(world, MINUTE);
    const continued = (await world.ledger.read("rollout.prod-1")).findLast(({ type }) => type === "rollout.continued");
    expect(continued?.data).toMatchObject({ by: "U0DAVE" });
  });

  test("resumes by itself for a new owner who has typed the name to accept it", async () => {
    const world = await underWay();
    await world.say("handover prod-1 <@U0BOB>");
    await pass(world, 10 * SECOND);
    const form = await world.press(world.slack.view("prod-1/offer-1"), "Accept", "U0BOB");
    expect(textOf(await confirm(world, form, "U0BOB"))).toContain("It needs approval before it resumes.");
    await pass(world, 10 * SECOND);
    expect(textOf(await approve(world, "U0CAROL"))).toContain("Nothing more to do.");
    await pass(world, MINUTE);
    expect(await isContinued(world)).toBe(true);
  });

  test("stays paused if Drydock asks once more after a person has typed the name", async () => {
    const world = await underWay();
    await world.say("pause prod-1");
    moves(world, "7.3.0.0.1");
    await confirm(world, await world.say("resume prod-1", "U0DAVE"), "U0DAVE");
    moves(world, "7.3.0.0.2");
    await pass(world, 2 * MINUTE);
    expect(textOf(await approve(world, "U0CAROL"))).toBe(held);
    await pass(world, MINUTE);
    expect(await isContinued(world)).toBe(false);
  });
});

describe("where it cannot be told whether an approval still counts", () => {
  test.each<readonly [string, (world: World, on: boolean) => void]>([
    ["Slack", (world, on) => Object.assign(world, { untold: on ? "ratelimited" : undefined })],
    ["the server", ({ server }, on) => Object.assign(server, { rightsHidden: on })],
  ])("nothing starts while %s does not say, people read why, and it starts after that", async (_who, hush) => {
    const world = await openWorld(BY_GROUP);
    await approved(world, "upgrade-required --at 20m");
    hush(world, true);
    await pass(world, 22 * MINUTE);
    expect(await types(world)).not.toContain("rollout.started");
    expect(world.puts.size).toBe(0);
    expect(world.slack.text("prod-1/card")).toContain("It waits: ");
    hush(world, false);
    await pass(world, 2 * MINUTE);
    expect(await types(world)).toContain("rollout.started");
    expect(world.slack.text("prod-1/card")).not.toContain("It waits: ");
  });

  test("a start that waits for Slack until it is too late says that Slack can be the cause", async () => {
    const world = await openWorld(BY_GROUP);
    await approved(world, "upgrade-required --at 20m");
    world.untold = "ratelimited";
    await pass(world, 36 * MINUTE);
    expect((await types(world)).slice(-2)).toEqual(["rollout.unscheduled", "rollout.requested"]);
    expect(world.slack.text("prod-1/ask-2")).toContain(
      "It could not start at its time. Usual causes: a freeze, or prod, Slack or Drydock did not answer.",
    );
  });
});

describe("a press", () => {
  test.each<readonly [string, (world: World) => void, RegExp]>([
    ["deactivated", ({ gone }) => gone.add("U0BOB"), /deactivated/],
    ["out of the usergroup", ({ usergroups }) => usergroups.get(GROUP)?.clear(), /may not approve/],
  ])("of an approver who is %s since a second ago does nothing", async (_what, lose, said) => {
    const world = await openWorld(BY_GROUP);
    await world.press(await world.say("upgrade-required"), "Request approval");
    await pass(world, 10 * SECOND);
    await world.say("status", "U0BOB");
    lose(world);
    await world.step(SECOND);
    expect(textOf(await approve(world, "U0BOB"))).toMatch(said);
    expect(await types(world)).not.toContain("rollout.approved");
  });
});

test.each(["unreachable", "none"] as const)(
  "an approver by usergroup stops a rollout by its name, also one that they did not approve; the server: %s",
  async (trouble) => {
    const world = await openWorld({ ...BY_GROUP, slots: 1 });
    await world.press(await world.say("upgrade-required"), "Request approval");
    await pass(world, 10 * SECOND);
    await approve(world, "U0CAROL");
    await pass(world, 10 * SECOND);
    world.server.trouble = trouble;
    await pass(world, MINUTE);
    expect(textOf(await world.say("stop prod-1", "U0BOB"))).toContain("Stopped: prod-1.");
  },
);

test("an approver by role reads that the server cannot be asked whether they are one, and who can stop it meanwhile", async () => {
  const roles = [{ role: "role", team: SYSTEM_TEAM_ID }];
  const world = await openWorld({ ...approvers({ people: ["U0BOB"], roles }), slots: 1 });
  await approved(world);
  await world.say("whoami", "U0DAVE");
  await pass(world, 10 * SECOND);
  const card = world.slack.messages.find(({ key }) => key === "prod-1/card");
  const place = { person: "U0DAVE", channel: "C0", thread: card?.posted.ts ?? "" };
  const stop = () =>
    world.drydock().answer.call({ ...place, via: "button", command: "stop", args: ["prod-1"] }, () => false);
  world.server.trouble = "unreachable";
  expect(textOf(await stop())).toBe(
    "Drydock cannot check now whether you are an approver. The owner and the configured on-call people can stop prod-1.",
  );
  world.server.trouble = "none";
  expect(textOf(await stop())).toContain("Stopped: prod-1.");
});

test("an approver whose role cannot be read is asked to try again, in place of a refusal", async () => {
  const roles = [{ role: "role", team: SYSTEM_TEAM_ID }];
  const world = await openWorld({ ...approvers({ roles }), approvals: 0, slots: 1 });
  await world.press(await world.say("upgrade a0"), "Start");
  await world.press(await world.say("upgrade a1", "U0BOB"), "Start", "U0BOB");
  await pass(world, 10 * SECOND);
  const { roleMappings } = world.server.urbancode;
  /** The server answers so many reads of who has which role, and none after them. */
  const failAfter = (reads: number) => {
    let left = reads;
    world.server.urbancode.roleMappings = async (user) => {
      left -= 1;
      if (left < 0) throw new ServerError("unreachable", "prod gave no answer");
      return roleMappings(user);
    };
  };
  const ask = "Drydock cannot check now whether you are an approver. Try again in a minute, or ask";
  const acknowledge = async () =>
    textOf(
      await world
        .drydock()
        .answer.call(
          { person: "U0DAVE", channel: "C0", via: "button", command: "acknowledge-external", args: ["prod", "0"] },
          () => false,
        ),
    );
  failAfter(0);
  expect(await acknowledge()).toBe(`${ask} an owner of a rollout on prod or an on-call person.`);
  failAfter(100);
  expect(await acknowledge()).toContain("already answered");
  // The first read finds out which rollouts Alice may view.
  failAfter(1);
  expect(textOf(await world.say("pause all"))).toContain(`Not paused: prod-2. ${ask} the owner or an on-call person.`);
  failAfter(1);
  expect(textOf(await world.say("stop all.", "U0BOB"))).toContain(
    `Not stopped: prod-1. ${ask} the owner or an on-call person.`,
  );
});

test("an owner answers whether other people upgrade offline agents, also while the rollout is paused", async () => {
  const world = await openWorld({ slots: 1 }, { agents: 12 });
  await world.press(await world.say("upgrade-required"), "Start");
  await pass(world, 10 * SECOND);
  world.server.relayDown = true;
  const question = () => world.slack.messages.find(({ key }) => key.startsWith("prod-1/elsewhere-"))?.key ?? "";
  for (let i = 0; i < 12 && question() === ""; i += 1) await world.step(5 * SECOND);
  await world.say("pause prod-1");
  await pass(world, 10 * SECOND);
  const answer = textOf(await world.press(world.slack.view(question()), "No, resume"));
  expect(answer).toBe("Upgrades no longer wait for these agents.");
});

test.each(["in the thread of its card", "on its card"])(
  "an owner stops a rollout %s at once, whatever the server takes to tell who they are",
  async (place) => {
    const world = await openWorld({ slots: 1 });
    await world.press(await world.say("upgrade a0"), "Start");
    await world.press(await world.say("upgrade a1", "U0BOB"), "Start", "U0BOB");
    await pass(world, 10 * SECOND);
    world.server.urbancode.user = () => new Promise(() => {});
    const { channel, ts } = world.slack.messages.find(({ key }) => key === "prod-1/card")?.posted ?? {};
    const here = { person: "U0ALICE", channel: channel ?? "", thread: ts ?? "" };
    const said =
      place === "on its card"
        ? ({ ...here, via: "button", command: "stop", args: ["prod-1"] } as const)
        : ({ ...here, via: "mention", text: "stop" } as const);
    const answers: string[] = [];
    void world
      .drydock()
      .answer.call(said, () => false)
      .then((answer) => answers.push(textOf(answer)));
    await world.step(SECOND);
    expect(answers.join()).toContain("Stopped: prod-1.");
  },
);

test("pause all and stop all name the rollouts that they leave, because another person has to do it", async () => {
  const world = await openWorld({ slots: 1 });
  await world.press(await world.say("upgrade a0"), "Start");
  await world.press(await world.say("upgrade a1", "U0BOB"), "Start", "U0BOB");
  await pass(world, 10 * SECOND);
  const only = "Only a rollout's owner, approvers and the configured on-call people can";
  expect(textOf(await world.say("pause all"))).toContain(`Not paused: prod-2. ${only} pause it.`);
  expect(textOf(await world.say("Stop ALL"))).toContain(`Not stopped: prod-2. ${only} stop it.`);
  expect(textOf(await world.say("stop all.", "U0BOB"))).not.toContain("Not stopped");
});

test.each(["pause all", "stop all"])(
  "%s is recorded at once for a person's own rollout, whatever the server takes to tell who they are",
  async (words) => {
    const world = await openWorld({ slots: 1 });
    await world.press(await world.say("upgrade a0"), "Start");
    await world.press(await world.say("upgrade a1", "U0BOB"), "Start", "U0BOB");
    await pass(world, 10 * SECOND);
    world.server.urbancode.user = () => new Promise(() => {});
    const answer = world.say(words);
    await world.step(SECOND);
    expect((await types(world)).at(-1)).toBe(words === "stop all" ? "rollout.stopped" : "rollout.paused");
    await pass(world, 10 * SECOND);
    expect(textOf(await answer)).toMatch(/^(Paused|Stopped): prod-1\./);
  },
);

describe("a person who resumes needs the permissions on every agent that still waits", () => {
  const OPEN = { teamId: "t-open", teamName: "Open", roleId: undefined };
  /** Dave may upgrade a0 alone. */
  const ofDave = ({ server }: World) => {
    server.onTeam.set("dave", OPEN.teamId);
    server.made.set("a0", { ...server.made.get("a0"), teams: [OPEN] });
  };
  const resume = async (world: World) => textOf(await world.say("resume prod-1", "U0DAVE"));

  test("also on those that are offline", async () => {
    const world = await openWorld({});
    ofDave(world);
    world.server.made.set("a1", { status: "offline" });
    await world.press(await world.say("upgrade-required --include-offline"), "Start");
    await pass(world, 5 * MINUTE);
    expect([...world.puts.keys()].sort()).toEqual(["a0", "a2"]);
    await world.say("pause prod-1");
    expect(await resume(world)).toContain("dave may not upgrade the agent that still waits in prod-1");
  });

  test("also on those whose status has changed from recommended to required", async () => {
    const world = await openWorld({ slots: 1 });
    for (const id of ["a0", "a1", "a2"]) world.server.made.set(id, { status: "upgrade-recommended" });
    ofDave(world);
    await world.press(await world.say("upgrade-recommended"), "Start");
    await pass(world, 10 * SECOND);
    await world.say("pause prod-1");
    const begun = world.puts.size;
    for (const id of ["a0", "a1", "a2"]) world.server.made.delete(id);
    ofDave(world);
    expect(begun).toBe(1);
    expect(await resume(world)).toMatch(/dave may not upgrade [12] of the 2 agents that still wait in prod-1/);
  });

  test("also on those whose request the server put off before the pause", async () => {
    const world = await openWorld({});
    ofDave(world);
    world.server.puts = "too-many";
    await world.press(await world.say("upgrade-required"), "Start");
    await pass(world, 10 * SECOND);
    await world.say("pause prod-1");
    await pass(world, 10 * SECOND);
    expect(world.puts.size).toBe(3);
    expect(await resume(world)).toContain("dave may not upgrade 2 of the 3 agents that still wait in prod-1");
  });
});

describe("a trigger", () => {
  test("no agent is asked to upgrade later than 10 s after its owner became a guest", async () => {
    const world = await openWorld({ slots: 1 }, { agents: 12 });
    await world.press(await world.say("upgrade-required"), "Start");
    const begun = () => world.puts.size;
    for (let i = 0; begun() < 2 && i < 60; i += 1) await world.step(5 * SECOND);
    expect(begun()).toBe(2);
    world.kinds.set("U0ALICE", "guest");
    await pass(world, 10 * SECOND);
    const then = begun();
    await pass(world, 10 * MINUTE);
    expect(begun()).toBe(then);
    expect((await types(world)).at(-1)).toBe("rollout.paused");
  });
});

describe("rights that are old when they arrive", () => {
  test("begin nothing: a server that takes 12 s to tell them pauses the rollout, which says why", async () => {
    const world = await openWorld({ slots: 1 }, { agents: 6 });
    await world.press(await world.say("upgrade-required"), "Start");
    await world.step(SECOND);
    const { urbancode } = world.server;
    const { role } = urbancode;
    urbancode.role = (id) => new Promise((resolve) => world.clock.after(12 * SECOND, () => resolve(role(id))));
    const then = world.puts.size;
    await pass(world, 15 * MINUTE);
    expect(world.puts.size).toBe(then);
    expect(world.slack.text("prod-1/paused-1")).toContain(
      "took longer than 10 s to report the permissions of its owner",
    );
  });
});

describe("a request", () => {
  test("that is asked again says what runs then, not what ran the first time", async () => {
    const world = await openWorld({ ...BY_BOB_OR_CAROL, approvalExpires: 10 * MINUTE });
    world.server.deployments.set("a1", world.clock.now());
    await world.press(await world.say("upgrade-required"), "Request approval");
    await pass(world, 11 * MINUTE);
    expect(world.slack.text("prod-1/card")).toContain("1 agent deployed when it was asked");
    world.server.deployments.clear();
    await pass(world, MINUTE);
    await world.press(world.slack.view("prod-1/card"), "Ask again");
    await pass(world, 10 * SECOND);
    expect(world.slack.text("prod-2/card")).toContain("About ");
    expect(world.slack.text("prod-2/card")).not.toContain("deployed when it was asked");
  });

  test("that is asked again says of the agents that it left out what it said the first time", async () => {
    const world = await openWorld({ ...BY_BOB_OR_CAROL, approvalExpires: 10 * MINUTE }, { agents: 6 });
    world.server.made.set("a2", { status: "online", version: world.server.version });
    world.server.made.set("a3", { status: "offline" });
    await world.press(await world.say("upgrade a0 a1 a2 --limit 1"), "Request approval");
    await pass(world, 11 * MINUTE);
    await world.press(world.slack.view("prod-1/card"), "Ask again");
    await pass(world, 10 * SECOND);
    for (const key of ["prod-1/card", "prod-2/card"]) {
      const card = world.slack.text(key);
      expect(card).toContain("Without effect: a2.");
      expect(card).toContain("1 left out: over the limit.");
      expect(card).toContain("2 others not selected.");
      expect(card).not.toContain("offline");
    }
  });

  test.each([
    [
      "wanted no approval",
      {},
      "--at 20m",
      "Schedule",
      "Start now",
      "starts those that still need",
      "prod-2 has started",
    ],
    ["wants approval", BY_BOB_OR_CAROL, "", "Request approval", "Ask again", "asks for approval of those", "approval"],
  ])("on a dangerous server that %s says in the form what its confirmation does", async (_what, ...given) => {
    const [policy, at, asks, again, line, answer] = given;
    const world = await openWorld({ dangerous: true, approvalExpires: 10 * MINUTE, ...policy });
    await confirm(world, await world.press(await world.say(`upgrade-required ${at}`), asks));
    await pass(world, 10 * SECOND);
    await world.say('freeze prod "storage is being moved"');
    await pass(world, 36 * MINUTE);
    await world.say("unfreeze prod");
    await pass(world, MINUTE);
    const form = await world.press(world.slack.view("prod-1/card"), again);
    expect(form).toMatchObject({ title: `${again}?` });
    expect(textOf(form)).toContain(line);
    expect(textOf(await confirm(world, form))).toContain(answer);
  });

  test("mentions no approver who is gone", async () => {
    const world = await openWorld(BY_BOB_OR_CAROL);
    world.gone.add("U0BOB");
    await world.press(await world.say("upgrade-required"), "Request approval");
    await pass(world, 10 * SECOND);
    for (const key of ["prod-1/card", "prod-1/ask-1"]) {
      expect(world.slack.text(key)).toContain("U0CAROL");
      expect(world.slack.text(key)).not.toContain("U0BOB");
    }
  });

  test("mentions no usergroup that is gone, and tells whoever asked if nobody is left", async () => {
    const world = await openWorld(approvers({ usergroups: [GROUP] }));
    await world.press(await world.say("upgrade-required"), "Request approval");
    await pass(world, 10 * SECOND);
    expect(world.slack.text("prod-1/ask-1")).toContain(GROUP);
    world.usergroups.get(GROUP)?.clear();
    await pass(world, 16 * 60 * SECOND);
    for (const key of ["prod-1/card", "prod-1/remind-1"]) expect(world.slack.text(key)).not.toContain(GROUP);
    expect(world.slack.text("prod-1/remind-1")).toContain("no one can give it now");
  });

  /** Asks while the first ones may approve, and restarts with rules by which the others may. */
  async function askedBefore(first: readonly string[], others: readonly string[]): Promise<World> {
    const policy = { slots: 3, approvalExpires: 10 * MINUTE, ...approvers({ people: first }) };
    const world = await createWorld(1, { calm: true, agents: 3, policy });
    await world.press(await world.say("upgrade-required"), "Request approval");
    await pass(world, 10 * SECOND);
    Object.assign(policy, approvers({ people: others }));
    await world.restart();
    await pass(world, MINUTE);
    return world;
  }

  test("is made again to those who may approve by the rules of a restart, before anyone approves it in vain", async () => {
    const world = await askedBefore(["U0BOB", "U0DAVE"], ["U0CAROL", "U0DAVE"]);
    const again = world.slack.text("prod-1/ask-2") ?? "";
    expect(again).toContain("U0CAROL or U0DAVE: prod-1 asks for 1 approval");
    expect(again).toContain("Fewer people may approve now than when it was asked for.");
    expect(textOf(await approve(world, "U0CAROL"))).toContain("Nothing more to do.");
    await pass(world, MINUTE);
    expect(world.puts.size).toBe(3);
  });

  test("names no person who may approve only what is asked for after a restart", async () => {
    const world = await askedBefore(["U0DAVE"], ["U0CAROL", "U0DAVE"]);
    await pass(world, 5 * MINUTE);
    for (const key of ["prod-1/card", "prod-1/remind-1"]) {
      expect(world.slack.text(key)).toContain("U0DAVE");
      expect(world.slack.text(key)).not.toContain("U0CAROL");
    }
    expect(await types(world)).toEqual(["rollout.requested", "rollout.reminded"]);
  });

  test.each<readonly [string, Partial<Policy>, (world: World) => void]>([
    ["the only approver is gone", approvers({ people: ["U0BOB"] }), ({ gone }) => gone.add("U0BOB")],
    [
      "the only usergroup is empty",
      approvers({ usergroups: [GROUP] }),
      ({ usergroups }) => usergroups.get(GROUP)?.clear(),
    ],
    [
      "nobody in it holds the permission",
      approvers({ usergroups: [GROUP] }),
      ({ server }) => server.powerless.add("bob"),
    ],
    ["nobody has the role", approvers({ roles: [{ role: "Approver", team: "Ops" }] }), () => {}],
  ])("is refused at once where %s, instead of waiting in vain", async (_what, policy, lose) => {
    const world = await openWorld(policy);
    lose(world);
    const answer = await world.press(await world.say("upgrade-required"), "Request approval");
    expect(textOf(answer)).toContain("no other person can give one now");
    expect(await types(world)).toEqual([]);
  });
});

describe("agents that changed since they were approved", () => {
  const WEB = { teamId: "t-web", teamName: "Web", roleId: undefined };
  const DATA = { teamId: "t-data", teamName: "Data", roleId: undefined };
  const teams = (world: World, team: typeof WEB) => {
    for (const id of world.server.agents.keys()) world.server.made.set(id, { teams: [team] });
  };
  const CHANGES = [
    ["renamed", { name: "db-1" }, "a1, now db-1"],
    ["moved to another team", { teams: [DATA] }, "a1 on Web, now on Data"],
    ["at another version", { version: "6.2.7.1.9" }, "a1 6.2.7.1.1, now 6.2.7.1.9"],
  ] as const;

  test.each(CHANGES)(
    "one that was %s before the start: asked again, with what has changed",
    async (_what, to, said) => {
      const world = await openWorld(BY_BOB_OR_CAROL);
      teams(world, WEB);
      await approved(world, "upgrade-required --at 20m");
      world.server.made.set("a1", { teams: [WEB], ...to });
      await pass(world, 21 * MINUTE);
      expect(world.puts.size).toBe(0);
      for (const key of ["prod-1/ask-2", "prod-1/card"]) expect(world.slack.text(key)).toContain(said);
      await approve(world, "U0CAROL");
      await pass(world, MINUTE);
      expect(world.puts.size).toBe(3);
    },
  );

  test.each(CHANGES)("one that was %s while it waits: the rollout pauses and asks again", async (_what, to, said) => {
    const world = await openWorld({ ...BY_BOB_OR_CAROL, slots: 1 });
    teams(world, WEB);
    await approved(world);
    await pass(world, 10 * SECOND);
    const [first = ""] = [...world.puts.keys()];
    expect(first).not.toBe("a1");
    world.server.made.set("a1", { teams: [WEB], ...to });
    await pass(world, 5 * MINUTE);
    expect(world.puts.get("a1")).toBeUndefined();
    for (const key of ["prod-1/ask-2", "prod-1/card"]) expect(world.slack.text(key)).toContain(said);
    await approve(world, "U0CAROL");
    await pass(world, 5 * MINUTE);
    expect([...world.puts.keys()].sort()).toEqual(["a0", "a1", "a2"]);
    // They were asked once.
    expect(world.slack.text("prod-1/ask-3")).toBeUndefined();
  });

  test.each(CHANGES)(
    "one that was %s while the server puts it off: asked again before another request",
    async (_what, to, said) => {
      const world = await openWorld(BY_BOB_OR_CAROL);
      teams(world, WEB);
      world.server.puts = "too-many";
      await approved(world);
      await pass(world, 10 * SECOND);
      const before = world.puts.get("a1") ?? 0;
      expect(before).toBeGreaterThan(0);
      world.server.made.set("a1", { teams: [WEB], ...to });
      world.server.puts = "none";
      await pass(world, 5 * MINUTE);
      expect(world.puts.get("a1")).toBe(before);
      for (const key of ["prod-1/ask-2", "prod-1/card"]) expect(world.slack.text(key)).toContain(said);
      await approve(world, "U0CAROL");
      await pass(world, 5 * MINUTE);
      expect(world.puts.get("a1")).toBe(before + 1);
      expect(world.slack.text("prod-1/ask-3")).toBeUndefined();
    },
  );

  test("a request of a rollout that has begun is about its rest, and what is upgraded stays", async () => {
    const world = await openWorld({ ...BY_BOB_OR_CAROL, slots: 1 });
    await approved(world);
    await pass(world, 10 * SECOND);
    world.server.made.set("a1", { name: "db-1" });
    await pass(world, 5 * MINUTE);
    expect(world.slack.text("prod-1/ask-2")).toContain("to upgrade the rest of its 3 agents on prod.");
    const card = () => world.slack.view("prod-1/card");
    expect(textOf(await world.press(card(), "Deny", "U0CAROL"))).toContain(
      "This ends prod-1: no further upgrade of it starts.",
    );
    const buttons = JSON.stringify(card());
    expect(buttons).toContain("prod-1 upgrades the rest of its 3 agents on prod when it has its approvals.");
    expect(buttons).toContain("After that it cannot be approved, and it stays paused.");
    expect(textOf(await world.press(card(), "Withdraw"))).toBe("You withdrew the request of prod-1: it stays paused.");
    await pass(world, 10 * SECOND);
    expect(world.slack.text("prod-1/closed-2")).toContain("withdrew the request of prod-1. It stays paused.");
  });

  test("several at once are asked about together", async () => {
    const world = await openWorld({ ...BY_BOB_OR_CAROL, slots: 1 });
    await approved(world);
    await pass(world, 10 * SECOND);
    for (const id of ["a0", "a1", "a2"]) if (!world.puts.has(id)) world.server.made.set(id, { name: `db-${id}` });
    await pass(world, 5 * MINUTE);
    expect(world.slack.text("prod-1/ask-2")).toContain("2 agents that wait have changed since the approval");
    await approve(world, "U0CAROL");
    await pass(world, 5 * MINUTE);
    expect([world.puts.size, world.slack.text("prod-1/ask-3")]).toEqual([3, undefined]);
  });

  const recommend = ({ server }: World) => {
    for (const id of server.agents.keys()) server.made.set(id, { status: "upgrade-recommended" });
  };

  test("those that were recommended, and are required at the start, are upgraded all the same", async () => {
    const world = await openWorld(BY_BOB_OR_CAROL);
    recommend(world);
    await approved(world, "upgrade-recommended --at 20m");
    world.server.made.clear();
    await pass(world, 21 * MINUTE);
    expect(world.puts.size).toBe(3);
  });

  test("those that were recommended, and are required when it is asked again, are asked for all the same", async () => {
    const world = await openWorld({ ...BY_BOB_OR_CAROL, approvalExpires: 10 * MINUTE });
    recommend(world);
    await world.press(await world.say("upgrade-recommended"), "Request approval");
    await pass(world, 11 * MINUTE);
    world.server.made.clear();
    await world.press(world.slack.view("prod-1/card"), "Ask again");
    await pass(world, 10 * SECOND);
    expect(world.slack.text("prod-2/card")).toContain("Upgrade 3 of 3 agents on prod");
  });

  test("one that was away, and comes back at another version that needs the upgrade, is asked again", async () => {
    const world = await openWorld({ ...BY_BOB_OR_CAROL, slots: 3 });
    world.server.made.set("a1", { status: "offline" });
    await approved(world, "upgrade-required --include-offline");
    await pass(world, MINUTE);
    expect(world.puts.get("a1")).toBeUndefined();
    world.server.made.set("a1", { version: "6.2.7.1.9" });
    await pass(world, 2 * MINUTE);
    expect(world.puts.get("a1")).toBeUndefined();
    expect(world.slack.text("prod-1/ask-2")).toContain("a1 6.2.7.1.1, now 6.2.7.1.9");
  });

  test("one that is away at the start is waited for if --include-offline was typed", async () => {
    const world = await openWorld(BY_BOB_OR_CAROL);
    await approved(world, "upgrade-required --include-offline --at 20m");
    world.server.made.set("a1", { status: "offline" });
    await pass(world, 22 * MINUTE);
    expect([...world.puts.keys()].sort()).toEqual(["a0", "a2"]);
    world.server.made.delete("a1");
    await pass(world, 5 * MINUTE);
    expect(world.puts.size).toBe(3);
  });

  test("where no approval is wanted, nobody is asked", async () => {
    const world = await openWorld({ slots: 1 });
    await world.press(await world.say("upgrade-required"), "Start");
    await pass(world, 10 * SECOND);
    world.server.made.set("a1", { name: "db-1" });
    await pass(world, 10 * MINUTE);
    expect(world.puts.size).toBe(3);
  });
});
