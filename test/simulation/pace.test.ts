import { describe, expect, test } from "vitest";
import { showsEnd } from "../support/shows-end.ts";
import { createWorld, startRollout, type World } from "./run.ts";

/** How soon Slack shows what is true, and how seldom it is told. */
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Long enough for all that is written at one moment to be taken in. */
const MOMENT = 100;

interface Edit {
  readonly at: number;
  readonly key: string;
  /** What the message showed until then. */
  readonly before: string;
}

/** A rollout of agents that take a while, and what is edited from now on. */
async function underWay(agents = 3): Promise<{ readonly world: World; readonly edits: Edit[] }> {
  const world = await createWorld(5, {
    calm: true,
    agents,
    operationsChannel: "C0OPS",
    paced: true,
    policy: { slots: 2 },
  });
  const edits: Edit[] = [];
  await startRollout(world);
  for (let i = 0; i < 20 && !card(world).includes("in flight"); i += 1) await world.step(SECOND);
  world.slack.refuses = ({ method, ts }) => {
    const message = world.slack.messages.find(({ posted }) => posted.ts === ts);
    if (method === "edit" && message)
      edits.push({ at: world.clock.now(), key: message.key, before: world.slack.text(message.key) ?? "" });
    return undefined;
  };
  return { world, edits };
}

function card({ slack }: World): string {
  return slack.text("prod-1/card") ?? "";
}

function press(world: World, label: string): Promise<unknown> {
  return world.press(world.slack.view("prod-1/card"), label);
}

async function pass(world: World, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 5 * SECOND) await world.step(5 * SECOND);
}

describe("a rollout whose state does not change", () => {
  test("hears of each freeze at once, whenever its thread was last looked at", async () => {
    const { world } = await underWay(8);
    await press(world, "Pause");
    await pass(world, MINUTE);
    // Drydock looks at a thread in which nothing is new every five seconds: these come in each of them.
    for (let n = 1; n <= 5; n += 1) {
      await world.say("freeze prod patching", "U0CAROL");
      await world.step(2 * SECOND);
      expect(world.slack.text(`prod-1/frozen-${n}`)).toContain("frozen");
      await world.say("unfreeze prod", "U0CAROL");
      await world.step(2 * SECOND);
      expect(world.slack.text(`prod-1/unfrozen-${n}`)).toContain("unfroze");
    }
  });

  test("is not edited while it is paused, and says nothing that stops being true", async () => {
    const { world, edits } = await underWay(8);
    await press(world, "Pause");
    await pass(world, 5 * MINUTE);
    expect(card(world)).toContain("paused");
    expect(card(world)).not.toMatch(/left|Running for/);
    expect(card(world)).toContain("Started 1970-01-01 00:16 UTC");
    edits.length = 0;
    await pass(world, 15 * MINUTE);
    expect(edits).toEqual([]);
  });

  test("is edited once a minute while upgrades are in flight, for its times alone", async () => {
    const { world, edits } = await underWay(1);
    const [agent] = world.server.agents.values();
    if (agent) agent.fault = "never-back";
    const away = () => card(world).includes("1 away");
    for (let i = 0; i < 60 && !away(); i += 1) await world.step(SECOND);
    await pass(world, 5 * SECOND);
    edits.length = 0;
    const before = card(world);
    await pass(world, 61 * SECOND);
    expect(edits.filter(({ key }) => key === "prod-1/card")).toHaveLength(1);
    expect(card(world).replace(/Running for .*/, "")).toBe(before.replace(/Running for .*/, ""));
    expect(card(world)).not.toBe(before);
  });
});

test("the result does not wait for a card whose edits Slack refuses; the card shows it as soon as Slack takes them", async () => {
  const { world } = await underWay(2);
  world.slack.refuses = ({ method }) => (method === "edit" ? "token_revoked" : undefined);
  const ended = async () => (await world.ledger.read("rollout.prod-1")).some(({ type }) => type === "rollout.ended");
  for (let i = 0; i < 100 && !(await ended()); i += 1) await pass(world, 5 * SECOND);
  await pass(world, MINUTE);
  const told = () => world.slack.messages.some(({ key }) => key === "prod-1/end");
  expect([showsEnd(card(world)), told()]).toEqual([false, true]);
  world.slack.refuses = () => undefined;
  await pass(world, MINUTE);
  expect([showsEnd(card(world)), told()]).toEqual([true, true]);
});

describe("a press", () => {
  test("is on its card at once, though the card has just been edited and replies wait for Slack", async () => {
    const { world, edits } = await underWay(8);
    const { refuses } = world.slack;
    world.slack.refuses = (call) => (call.method === "post" ? 10 : refuses(call));
    const waiting = [...world.server.agents.values()].filter(({ life }) => life === undefined);
    for (const agent of waiting.slice(0, 2)) agent.fault = "refused";
    for (let i = 0; i < 60 && !card(world).includes("failed"); i += 1) await world.step(SECOND);
    edits.length = 0;
    const pressed = world.clock.now();
    await press(world, "Pause");
    await world.step(MOMENT);
    expect(card(world)).toContain("paused");
    await world.step(MOMENT);
    expect(edits.map(({ at, key }) => [at, key])).toEqual([[pressed, "prod-1/card"]]);
    expect(world.slack.messages.filter(({ thread }) => thread !== undefined)).toEqual([]);
  });

  test("finds the edit of the state before it waiting, and takes its place", async () => {
    const { world, edits } = await underWay(8);
    for (let i = 0; i < 60 && edits.length === 0; i += 1) await world.step(SECOND);
    await press(world, "Pause");
    await world.step(5 * SECOND);
    const states = [...edits.map(({ before }) => before), card(world)].map((text) => text.includes("paused"));
    expect(states.indexOf(true)).toBeGreaterThan(0);
    expect(states.slice(states.indexOf(true))).not.toContain(false);
  });

  test("is on its card as soon as Retry-After of an edit is over", async () => {
    const { world } = await underWay(8);
    let until = 0;
    const tried: number[] = [];
    world.slack.refuses = ({ method }) => {
      if (method !== "edit") return undefined;
      tried.push(world.clock.now());
      if (until > 0) return undefined;
      until = world.clock.now() + 10 * SECOND;
      return 10;
    };
    for (let i = 0; i < 60 && until === 0; i += 1) await world.step(SECOND);
    await press(world, "Pause");
    await world.step(until - world.clock.now() - 1);
    expect(card(world)).not.toContain("paused");
    await world.step(1);
    expect(card(world)).toContain("paused");
    expect(tried.slice(0, 2)).toEqual([until - 10 * SECOND, until]);
  });

  test("twice within a second: the second one is on the card when the second is over", async () => {
    const { world, edits } = await underWay(8);
    await press(world, "Pause");
    await world.step(MOMENT);
    const pressed = edits.at(-1)?.at ?? 0;
    await press(world, "Resume");
    await world.step(MOMENT);
    expect(card(world)).toContain("paused");
    await world.step(SECOND - (world.clock.now() - pressed));
    expect(card(world)).toContain("upgrading");
    expect(edits.at(-1)?.at).toBe(pressed + SECOND);
  });
});
