import { describe, expect, test } from "vitest";
import { showsEnd } from "../support/shows-end.ts";
import { runBusyFleet } from "./busy-fleet.ts";
import { createWorld, type Given, startRollout, type World } from "./run.ts";
import { OLD } from "./server.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** Agents of this simulated fleet are upgraded within two minutes. */
const SOON = 4 * MINUTE;

async function started(agents: number, given: Given = {}): Promise<World> {
  const world = await createWorld(5, { agents, calm: true, ...given, policy: { whenBusy: "auto", ...given.policy } });
  return world;
}

async function pass(world: World, ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 5 * SECOND) await world.step(5 * SECOND);
}

const card = ({ slack }: World) => slack.text("prod-1/card") ?? "";
const asked = ({ puts }: World) => [...puts.keys()].sort();

test("deployments on 20 of 60 agents: none is asked while its deployment runs, and nothing is left undone", {
  timeout: 600_000,
}, async () => {
  const { world, reads, deployments, atTheTurn } = await runBusyFleet(3, 60, 20);
  expect(world.violations).toEqual([]);
  expect(world.errors).toEqual([]);
  expect(card(world)).toContain("all 60 upgraded");
  expect(deployments).toBeGreaterThan(15);
  expect(atTheTurn).toBeGreaterThan(3);
  // One for each agent's turn at most, and one every five seconds while something waits.
  expect(reads).toBeLessThan(60 + (HOUR / 5) * SECOND);
});

describe("an agent on which a deployment runs", () => {
  test("waits, the card says for what, others go first, and it begins when the deployment ends", async () => {
    const world = await started(3, { policy: { slots: 1 } });
    world.server.deployments.set("a0", 0);
    await startRollout(world);
    await pass(world, 2 * SOON);
    expect(asked(world)).toEqual(["a1", "a2"]);
    expect(card(world)).toContain("Drydock waits until a deployment ends on a0.");
    world.server.deployments.clear();
    await pass(world, SOON);
    expect(card(world)).toContain("all 3 upgraded");
    expect(card(world)).not.toContain("waits until");
  });

  test("is skipped after 30 min of waiting, whatever the wall clock shows, with a code for why", async () => {
    const world = await started(2);
    world.server.deployments.set("a0", 0);
    await startRollout(world);
    await pass(world, 10 * MINUTE);
    world.clock.jump(3 * HOUR);
    await pass(world, 15 * MINUTE);
    const skipped = async () =>
      (await world.ledger.read("upgrade.prod-1.a0.1")).map(({ type, data }) => ({ type, data }));
    expect(await skipped()).toEqual([]);
    await pass(world, 10 * MINUTE);
    expect(await skipped()).toMatchObject([
      { type: "upgrade.skipped", data: { why: { code: "busy-agent", params: { waited: expect.any(Number) } } } },
    ]);
    await pass(world, MINUTE);
    expect(card(world)).toContain("Skipped, because deployments still ran on them: a0");
    expect(showsEnd(card(world))).toBe(true);
    expect(asked(world)).toEqual(["a1"]);
  });

  test("the time in which its rollout is paused does not count", async () => {
    const world = await started(2);
    world.server.deployments.set("a0", 0);
    await startRollout(world);
    await pass(world, MINUTE);
    await world.say("pause prod-1");
    await pass(world, HOUR);
    await world.say("resume prod-1");
    await pass(world, 20 * MINUTE);
    expect(await world.ledger.read("upgrade.prod-1.a0.1")).toEqual([]);
  });

  test("is skipped after that time also where the server has put its upgrade off before", async () => {
    const world = await started(1);
    world.server.puts = "too-many";
    await startRollout(world);
    for (let i = 0; i < 60 && world.puts.size === 0; i += 1) await world.step(SECOND);
    world.server.deployments.set("a0", 0);
    world.server.puts = "none";
    await pass(world, 35 * MINUTE);
    expect((await world.ledger.read("upgrade.prod-1.a0.1")).at(-1)).toMatchObject({
      type: "upgrade.skipped",
      data: { why: { code: "busy-agent" } },
    });
    expect(showsEnd(card(world))).toBe(true);
    expect([...world.puts.values()]).toEqual([1]);
    expect(world.violations).toEqual([]);
  });

  test("nothing is requested after maintenance mode has ended, also where the server has put an upgrade off before", async () => {
    const world = await started(1, { policy: { whenBusy: "require_maintenance" } });
    world.server.maintenance = true;
    world.server.puts = "too-many";
    await startRollout(world);
    for (let i = 0; i < 60 && world.puts.size === 0; i += 1) await world.step(SECOND);
    world.server.maintenance = false;
    // The mode is read again only now and then.
    await pass(world, MINUTE);
    const before = [...world.puts];
    world.server.puts = "none";
    await pass(world, 10 * MINUTE);
    expect([...world.puts]).toEqual(before);
    world.server.maintenance = true;
    await pass(world, SOON);
    expect(card(world)).toContain("1 of 1 upgraded");
  });

  test("how long is a setting", async () => {
    const world = await started(1, { policy: { busyAgentTimeout: 2 * MINUTE } });
    world.server.deployments.set("a0", 0);
    await startRollout(world);
    await pass(world, 3 * MINUTE);
    expect(showsEnd(card(world))).toBe(true);
  });

  test("is not waited for any more once its earlier attempt turns out to have upgraded it", async () => {
    const agent = { id: "a0", relayId: "r0", fault: "back-old", version: OLD, life: undefined } as const;
    const agents = [agent, { ...agent, id: "a1", relayId: "r1", fault: "none" as const }];
    const world = await started(0, { agents, policy: { slots: 2, retryPauses: [0] } });
    world.server.deployments.set("a1", 0);
    await startRollout(world);
    await pass(world, SOON);
    world.server.deployments.set("a0", 0);
    await world.say("retry prod-1");
    await pass(world, MINUTE);
    expect(card(world)).toContain("Drydock waits until deployments end on 2: a1, a0.");
    world.server.made.set("a0", { status: "online", version: "7.2.3.0.1" });
    await pass(world, MINUTE);
    expect(card(world)).toContain("1 of 2 upgraded");
    expect(card(world)).toContain("Drydock waits until a deployment ends on a1.");
  });

  test("warn: it is upgraded all the same, and nobody asks what runs", async () => {
    const world = await started(1, { policy: { whenBusy: "warn" } });
    world.server.deployments.set("a0", 0);
    await startRollout(world);
    await pass(world, SOON);
    expect(asked(world)).toEqual(["a0"]);
  });
});

describe("what runs cannot be read", () => {
  test("nothing begins, the card says so, and it goes on by itself when it can be read", async () => {
    const world = await started(2);
    await startRollout(world);
    world.server.reports = "failing";
    await pass(world, MINUTE);
    expect(asked(world)).toEqual([]);
    expect(card(world)).toContain("Drydock starts no upgrade until it knows which agents deploy.");
    expect(card(world)).toContain("prod failed to report what runs there (it answered 500).");
    world.server.reports = "named";
    await pass(world, SOON);
    expect(card(world)).toContain("all 2 upgraded");
    expect(world.warnings.filter((message) => message.includes("what runs"))).toHaveLength(1);
  });

  test("for 30 min: the rollout is paused with the reason, no agent is skipped, and a person can resume it", async () => {
    const world = await started(2);
    await startRollout(world);
    world.server.reports = "failing";
    await pass(world, 32 * MINUTE);
    const paused = async () =>
      (await world.ledger.read("rollout.prod-1")).flatMap((event) =>
        event.type === "rollout.paused" ? [event.data.kind] : [],
      );
    expect(await paused()).toEqual(["activity"]);
    expect(card(world)).toContain("prod failed to report what runs there");
    await world.say("resume prod-1");
    await pass(world, 10 * MINUTE);
    expect([await paused(), asked(world)]).toEqual([["activity"], []]);
    world.server.reports = "named";
    await pass(world, SOON);
    expect(card(world)).toContain("all 2 upgraded");
  });
});

test("while what runs cannot be read, a rollout that is resumed waits as others did before, and says so", async () => {
  let reads = 0;
  const agent = { id: "a0", relayId: "r0", fault: "never-back", version: OLD, life: undefined } as const;
  const world = await started(0, {
    agents: [agent, { ...agent, id: "a1", fault: "none" }],
    deadlines: { notBack: 2 * HOUR },
    policy: { slots: 2, busyAgentTimeout: 5 * MINUTE },
    prepare({ server: { urbancode } }) {
      const { activity } = urbancode;
      Object.assign(urbancode, {
        activity() {
          reads += 1;
          return activity();
        },
      });
    },
  });
  // It has nothing left to begin, and runs.
  await world.press(await world.say("upgrade a0"), "Start");
  await pass(world, MINUTE);
  expect(asked(world)).toEqual(["a0"]);
  world.server.reports = "failing";
  await world.press(await world.say("upgrade a1"), "Start");
  await pass(world, 6 * MINUTE);
  expect(world.slack.text("prod-2/card")).toContain("prod-2 paused itself");
  await world.say("resume prod-2");
  reads = 0;
  await pass(world, MINUTE);
  // One every five seconds, and one for the look at the agent.
  expect(reads).toBeLessThanOrEqual(MINUTE / (5 * SECOND) + 2);
  expect(world.slack.text("prod-2/card")).toContain("Drydock starts no upgrade until it knows which agents deploy.");
});

describe("a server that names no agents", () => {
  test.each(["unnamed", "not-reported"] as const)("(%s) is as with warn, which is logged once", async (reports) => {
    const world = await started(3);
    Object.assign(world.server, { reports });
    world.server.deployments.set("a0", 0);
    await startRollout(world);
    await pass(world, SOON);
    expect(asked(world)).toEqual(["a0", "a1", "a2"]);
    expect(world.warnings.filter((message) => message.includes("cannot leave such agents alone"))).toHaveLength(1);
  });
});

test("wait_until_zero: nothing begins while any deployment runs, and everything when the last has ended", async () => {
  const world = await started(2, { policy: { whenBusy: "wait_until_zero" } });
  world.server.deployments.set("elsewhere", 0);
  await startRollout(world);
  await pass(world, 5 * MINUTE);
  expect(asked(world)).toEqual([]);
  expect(card(world)).toContain("Drydock waits until no deployment runs. 1 deployment runs on prod now.");
  world.server.deployments.clear();
  await pass(world, SOON);
  expect(card(world)).toContain("all 2 upgraded");
});
