import { expect, test } from "vitest";
import type { StoredEvent } from "../../src/model/events.ts";
import type { Evidence } from "../../src/model/evidence.ts";
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

test("what a rollout was judged by is in the ledger: who asked, who approved, and on whose rights each upgrade began", async () => {
  const approvers = { people: ["U0BOB"], usergroups: [], usergroupPermissions: [], roles: [] };
  const world = await createWorld(1, { calm: true, agents: 2, policy: { approvals: 1, approvers, windows: [WINDOW] } });
  const alice = { person: "U0ALICE", user: { id: expect.any(String), name: "alice" } };
  const bob = { by: "U0BOB", user: { id: expect.any(String), name: "bob" } };
  const server = { freeze: null, window: { open: true, closes: null } };
  const read = { owner: { ...alice, age: expect.any(Number) }, lacking: { permissions: [], age: expect.any(Number) } };

  await world.press(await world.say("upgrade-required"), "Request approval");
  const asked = await until(world, ({ type }) => type === "rollout.requested");
  expect(judgedIn(asked, "rollout.requested")).toEqual([{ ...read, ...server }]);

  await until(world, (event) => event.type === "message.posted" && event.data.key === "card");
  await world.press(world.slack.view("prod-1/card"), "Approve", "U0BOB");
  const events = await until(world, ({ type }) => type === "rollout.ended");
  expect(judgedIn(events, "rollout.approved")).toEqual([
    { approvals: [{ ...bob, lost: null, age: expect.any(Number) }], ...server },
  ]);
  expect(judgedIn(events, "rollout.started")).toEqual([
    { ...read, approvals: [{ ...bob, lost: null, age: expect.any(Number) }], ...server },
  ]);
  const intended = judgedIn(events, "upgrade.intended");
  expect(intended).toEqual([
    { ...read, approvals: [bob], ...server },
    { ...read, approvals: [bob], ...server },
  ]);
  for (const judged of intended) expect(judged?.owner?.age).toBeLessThanOrEqual(10 * SECOND);
});
