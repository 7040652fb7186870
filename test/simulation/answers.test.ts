import { describe, expect, test } from "vitest";
import { cause } from "../../src/core/cause.ts";
import { textOf } from "../../src/core/view.ts";
import { showsEnd } from "../support/shows-end.ts";
import { createWorld, startRollout, type World } from "./run.ts";
import type { SimPutAnswer } from "./server.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

async function pass(world: World, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 5 * SECOND) await world.step(5 * SECOND);
}

function card({ slack }: World): string {
  return slack.text("prod-1/card") ?? "";
}

async function finish(world: World): Promise<void> {
  for (let i = 0; i < 300 && !showsEnd(card(world)); i += 1) await world.step(10 * SECOND);
}

function putsOf({ puts }: World): number {
  return [...puts.values()].reduce((sum, n) => sum + n, 0);
}

async function events(world: World, type: string) {
  return (await world.ledger.since(0, 1_000_000)).filter((event) => event.type === type);
}

/** A rollout whose requests for upgrades get this answer from the first one on. */
async function answered(puts: SimPutAnswer, agents = 12): Promise<World> {
  const world = await createWorld(3, { calm: true, agents, policy: { slots: 3 } });
  world.server.puts = puts;
  await startRollout(world);
  return world;
}

describe("requests for upgrades that something else than the server's API answers", () => {
  test("hold all others; after a pause one more is asked for, and the pauses grow", async () => {
    const world = await answered("not-the-api");
    await pass(world, 55 * SECOND);
    const first = putsOf(world);
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThanOrEqual(3);
    expect(card(world)).toContain("something that is not its API");
    expect(card(world)).toContain("No agent is to blame.");
    await pass(world, 30 * MINUTE);
    expect(putsOf(world) - first).toBeLessThanOrEqual(5);
    expect([...world.puts.values()].every((n) => n === 1)).toBe(true);
    expect(await events(world, "rollout.paused")).toEqual([]);
  });

  test("are not asked again by themselves; the server is blamed, and a retry upgrades the agents", async () => {
    const world = await answered("not-the-api", 3);
    await pass(world, 10 * SECOND);
    world.server.puts = "none";
    for (const agent of world.server.agents.values()) agent.life = undefined;
    await finish(world);
    const outcomes = (await events(world, "upgrade.outcome")).map(({ data }) => (data as { outcome: string }).outcome);
    expect(new Set(outcomes)).toContain("not-the-api");
    const reply = world.slack.view("prod-1/failed-not-the-api");
    expect(textOf(reply)).toContain("Nothing is known to be wrong with the agent.");
    expect(textOf(reply)).not.toContain("AGENT_HOME");
    expect([...world.puts.values()].every((n) => n === 1)).toBe(true);
  });

  test("let all begin again as soon as one is taken", async () => {
    const world = await answered("not-the-api");
    await pass(world, 30 * SECOND);
    world.server.puts = "none";
    await finish(world);
    expect(await events(world, "rollout.paused")).toEqual([]);
    const failed = /(\d+) failed/.exec(card(world))?.[1] ?? "0";
    expect(Number(failed)).toBeLessThanOrEqual(3);
    expect(card(world)).toContain(`${12 - Number(failed)} of 12 upgraded`);
  });
});

test("pages in place of everything: nothing begins, nobody is blamed, and it goes on by itself", async () => {
  const world = await createWorld(3, { calm: true, agents: 6, policy: { slots: 2 } });
  await startRollout(world);
  await pass(world, 10 * SECOND);
  const before = putsOf(world);
  world.server.trouble = "not-the-api";
  await pass(world, 20 * MINUTE);
  expect(putsOf(world)).toBe(before);
  expect(card(world)).toContain('answered "list" with something that is not its API: 200, text/html');
  world.server.trouble = "none";
  await finish(world);
  expect(card(world)).toContain("all 6 upgraded");
  expect(await events(world, "rollout.paused")).toEqual([]);
});

test("Drydock's own account is refused: card, status and check name the variable, nobody is blamed, and it goes on by itself", async () => {
  const world = await createWorld(3, { calm: true, agents: 6, policy: { slots: 2 } });
  await startRollout(world);
  world.server.trouble = "login-refused";
  await pass(world, 20 * MINUTE);
  const said = "prod refuses Drydock's own account (401): check DRYDOCK_PROD_TOKEN.";
  expect(card(world)).toContain(said);
  for (const command of ["status", "check prod", "upgrade-required"])
    expect(textOf(await world.say(command))).toContain(said);
  expect(await events(world, "rollout.paused")).toEqual([]);
  expect(world.warnings.filter((warning) => warning.includes("no usable answer"))).toHaveLength(1);
  world.server.trouble = "none";
  await finish(world);
  expect(card(world)).toContain("all 6 upgraded");
});

/** Whether the server has put off a second attempt. */
async function isPutOff(world: World): Promise<boolean> {
  return (await events(world, "upgrade.postponed")).some(({ stream }) => stream.endsWith(".2"));
}

describe.each(["too-early", "too-many"] as const)("a server that has not taken a request (%s)", (puts) => {
  test("is asked for the same attempt again, and no failure is counted", async () => {
    const world = await answered(puts, 4);
    await pass(world, 3 * MINUTE);
    expect((await events(world, "upgrade.postponed")).length).toBeGreaterThan(1);
    expect(await events(world, "upgrade.outcome")).toEqual([]);
    expect(card(world)).toContain("put off");
    world.server.puts = "none";
    await finish(world);
    expect(card(world)).toContain("all 4 upgraded");
    const attempts = (await events(world, "upgrade.intended")).map(({ stream }) => stream);
    expect(attempts.every((stream) => stream.endsWith(".1"))).toBe(true);
    expect(world.violations).toEqual([]);
    const cut = await events(world, "slots.changed");
    expect(cut.length > 0).toBe(puts === "too-many");
  });

  test("keeps nobody from pausing or stopping: the slots are free at once, and Drydock asks no more", async () => {
    const world = await answered(puts, 4);
    await pass(world, 10 * SECOND);
    await world.say("pause prod-1");
    await pass(world, 5 * SECOND);
    const before = putsOf(world);
    expect(textOf(await world.say("status"))).toMatch(/Slots in use: 0 of/);
    world.server.puts = "none";
    await pass(world, 2 * MINUTE);
    expect(putsOf(world)).toBe(before);
    await world.say("resume prod-1");
    await finish(world);
    expect(card(world)).toContain("all 4 upgraded");
  });

  test("for a retry leaves the agent failed for its first cause if the rollout is stopped", async () => {
    const world = await createWorld(3, { calm: true, agents: 2, policy: { slots: 2, retryPauses: [MINUTE] } });
    const [agent] = world.server.agents.values();
    if (agent) agent.fault = "refused";
    await startRollout(world);
    for (let i = 0; i < 120 && !world.slack.text("prod-1/failed-refused"); i += 1) await world.step(5 * SECOND);
    expect(textOf(await world.say("retry prod-1"))).toContain("retries 1 agent");
    world.server.puts = puts;
    for (let i = 0; i < 120 && !(await isPutOff(world)); i += 1) await world.step(5 * SECOND);
    await world.say("pause prod-1");
    await pass(world, 10 * SECOND);
    await world.say("stop prod-1");
    await finish(world);
    expect(card(world)).toContain("1 of 2 upgraded, 1 failed");
    expect(world.slack.text("prod-1/failed-refused")).toContain(
      "a0: 400 no permission (not retried: the rollout was stopped)",
    );
    expect((await events(world, "upgrade.closed")).filter(({ stream }) => stream.endsWith(".2"))).toHaveLength(1);
  });

  test("pauses all the same if the last one waits for it and too many others have failed", async () => {
    const one = { count: 1, share: null, of: 1 };
    const policy = { slots: 2, breaker: { total: one, cause: one, relay: one } };
    const world = await createWorld(3, { calm: true, agents: 3, policy });
    for (const agent of [...world.server.agents.values()].slice(0, 1)) agent.fault = "never-back";
    await startRollout(world);
    for (let i = 0; i < 60 && world.puts.size < 2; i += 1) await world.step(100);
    world.server.puts = puts;
    await pass(world, 5 * MINUTE);
    expect(await events(world, "rollout.paused")).toHaveLength(1);
    expect(card(world)).toContain("paused");
    world.server.puts = "none";
    await world.say("resume prod-1");
    await finish(world);
    expect(card(world)).toContain("2 of 3 upgraded, 1 failed");
    expect(world.violations).toEqual([]);
  });

  test("and whose agent others upgrade meanwhile: they take its slot", async () => {
    const world = await createWorld(3, { calm: true, agents: 3, policy: { slots: 1 } });
    world.server.puts = puts;
    await startRollout(world);
    for (let i = 0; i < 60 && world.puts.size === 0; i += 1) await world.step(100);
    const [id = ""] = world.puts.keys();
    const agent = world.server.agents.get(id);
    if (agent) agent.life = { by: "elsewhere", at: world.clock.real(), delay: SECOND, away: 90 * SECOND };
    world.server.puts = "none";
    await finish(world);
    const started = (await events(world, "elsewhere.started")).map(({ data }) => data);
    expect(started).toEqual([{ agents: [{ id, name: id }] }]);
    expect(world.violations).toEqual([]);
  });

  test("and one that is killed meanwhile asks after it has started again", async () => {
    const world = await answered(puts, 2);
    await pass(world, 10 * SECOND);
    await world.restart();
    world.server.puts = "none";
    await finish(world);
    expect(card(world)).toContain("all 2 upgraded");
    expect(world.violations).toEqual([]);
  });
});

describe("an agent in flight that the server has no more", () => {
  async function flying(agents: number): Promise<World> {
    const world = await createWorld(3, { calm: true, agents, policy: { slots: 3 } });
    for (const agent of world.server.agents.values()) agent.fault = "never-back";
    await startRollout(world);
    await pass(world, 10 * SECOND);
    for (const agent of world.server.agents.values()) if (!world.puts.has(agent.id)) agent.fault = "none";
    return world;
  }

  test("is reported soon, with its namesake, and opens no circuit breaker", async () => {
    const world = await flying(9);
    const [one = "", two = "", three = ""] = [...world.puts.keys()];
    const anew = world.server.agents.get(one);
    if (anew) anew.life = undefined;
    world.server.removed.set(one, "new-id").set(two, undefined).set(three, undefined);
    await pass(world, 45 * SECOND);
    const outcomes = (await events(world, "upgrade.outcome")).map(({ data }) => data);
    expect(outcomes).toEqual([
      {
        outcome: "replaced",
        detail: cause("namesake", { id: "new-id", status: "online", version: "7.2.0.0.1" }),
        holdsSlot: false,
      },
      { outcome: "removed", detail: null, holdsSlot: true },
      { outcome: "removed", detail: null, holdsSlot: true },
    ]);
    expect(textOf(world.slack.view("prod-1/failed-replaced"))).toContain(`${one}: new-id, online, 7.2.0.0.1`);
    await finish(world);
    expect(card(world)).toContain("6 of 9 upgraded, 3 failed");
    expect(await events(world, "rollout.paused")).toEqual([]);
    expect(world.violations).toEqual([]);
  });

  test("is not reported if it was missing for a moment only", async () => {
    const world = await flying(3);
    const [one = ""] = [...world.puts.keys()];
    world.server.removed.set(one, undefined);
    await pass(world, 10 * SECOND);
    world.server.removed.clear();
    await pass(world, 60 * SECOND);
    expect(await events(world, "upgrade.outcome")).toEqual([]);
  });
});

test.each(["answered-408", "answered-409"] as const)(
  "requests of which the server says only %s are watched as if taken, asked once more, and open no circuit breaker",
  async (puts) => {
    const world = await answered(puts, 12);
    for (const agent of world.server.agents.values()) agent.fault = "refused";
    await pass(world, 40 * MINUTE);
    expect(await events(world, "rollout.paused")).toEqual([]);
    expect(Math.max(...world.puts.values())).toBe(2);
    expect(world.violations).toEqual([]);
  },
);

test("an agent that cannot be looked at again after an open answer stays failed, and is still watched", async () => {
  const world = await answered("answered-409", 1);
  const agent = world.server.agents.get("a0");
  if (!agent) throw new Error("There is no agent.");
  agent.fault = "refused";
  await pass(world, 10 * SECOND);
  expect(putsOf(world)).toBe(1);
  world.server.silent = "a0";
  await pass(world, 2 * MINUTE);
  expect(card(world)).toContain("1 failed");
  expect(await events(world, "upgrade.skipped")).toEqual([]);
  expect(textOf(world.slack.view("prod-1/failed-unanswered"))).toContain("not tried again: prod answered 500");
  // What the request had asked for happens late.
  agent.fault = "none";
  world.server.silent = undefined;
  world.server.upgradeElsewhere(1);
  await pass(world, 5 * MINUTE);
  expect(card(world)).toContain("1 of 1 upgraded");
});
