import { expect, test } from "vitest";
import type { StoredEvent } from "../../src/model/events.ts";
import type { Evidence } from "../../src/model/evidence.ts";
import type { Policy } from "../../src/model/policy.ts";
import { createWorld, type World } from "./run.ts";

const SECOND = 1_000;
const WINDOW = { days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], from: 0, to: 1_440, zone: "UTC" } as const;

async function until(world: World, is: (event: StoredEvent) => boolean): Promise<readonly StoredEvent[]> {
  for (let i = 0; i < 200; i += 1) {
    const events = await world.ledger.since(0, 10_000);
    if (events.some(is)) return events;
    await world.step(10 * SECOND);
  }
  throw new Error("It did not come.");
}

function judgedIn(events: readonly StoredEvent[], type: StoredEvent["type"]): readonly (Evidence | undefined)[] {
  return events.flatMap((event) =>
    event.type === type && "judged" in event.data ? [event.data.judged as Evidence | undefined] : [],
  );
}

const APPROVERS = { people: ["U0BOB"], usergroups: [], usergroupPermissions: [], roles: [] };
const SERVER = { freeze: null, window: { open: true, closes: null } };

/** Alice asks for a rollout of two agents, and Bob approves it. */
async function approved(given: Partial<Policy> = {}): Promise<World> {
  const policy = { approvals: 1, approvers: APPROVERS, windows: [WINDOW], ...given };
  const world = await createWorld(1, { calm: true, agents: 2, policy });
  await world.press(await world.say("upgrade-required"), "Request approval");
  await until(world, (event) => event.type === "message.posted" && event.data.key === "card");
  await world.press(world.slack.view("prod-1/card"), "Approve", "U0BOB");
  return world;
}

test("what a rollout was judged by is in the ledger: who asked, who approved, and on whose rights each upgrade began", async () => {
  const world = await approved();
  const alice = { person: "U0ALICE", user: { id: expect.any(String), name: "alice" } };
  const bob = { by: "U0BOB", user: { id: expect.any(String), name: "bob" } };
  const read = { owner: { ...alice, age: expect.any(Number) }, lacking: { permissions: [], age: expect.any(Number) } };

  const events = await until(world, ({ type }) => type === "rollout.ended");
  expect(judgedIn(events, "rollout.requested")).toEqual([{ ...read, ...SERVER }]);
  expect(judgedIn(events, "rollout.approved")).toEqual([
    { approvals: [{ ...bob, lost: null, age: expect.any(Number) }], ...SERVER },
  ]);
  expect(judgedIn(events, "rollout.started")).toEqual([
    { ...read, approvals: [{ ...bob, lost: null, age: expect.any(Number) }], ...SERVER },
  ]);
  const intended = judgedIn(events, "upgrade.intended");
  const last = { ...read, approvals: [{ ...bob, lost: null, age: expect.any(Number) }], ...SERVER };
  expect(intended).toEqual([last, last]);
  for (const judged of intended) expect(judged?.owner?.age).toBeLessThanOrEqual(10 * SECOND);
});

test("what Drydock asks again by itself holds what it knew of the server, and claims nothing of people", async () => {
  const world = await approved();
  await until(world, ({ type }) => type === "rollout.started");
  // The server is away while it is upgraded itself.
  world.server.version = "7.3.0.0.1";
  world.server.trouble = "unreachable";
  await world.step(60 * SECOND);
  world.server.trouble = "none";
  const events = await until(world, (event) => event.type === "rollout.requested" && event.data.because !== null);
  expect(judgedIn(events, "rollout.requested").at(-1)).toEqual(SERVER);
});

test("an upgrade holds the last reading of who approved with its age, which is that of the resume where there was one", async () => {
  const world = await approved({ slots: 1 });
  const [first] = judgedIn(await until(world, ({ type }) => type === "upgrade.intended"), "upgrade.intended");
  await world.say("pause prod-1");
  await world.step(600 * SECOND);
  await world.say("resume prod-1");
  const second = judgedIn(await until(world, ({ type }) => type === "rollout.ended"), "upgrade.intended").at(-1);
  // They are read when the rollout starts and when it resumes, and not for an upgrade alone.
  for (const judged of [first, second]) {
    expect(judged?.approvals).toMatchObject([{ by: "U0BOB", lost: null, age: expect.any(Number) }]);
    expect(judged?.approvals?.[0]?.age).toBeLessThan(60 * SECOND);
  }
});
