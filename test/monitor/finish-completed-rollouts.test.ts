import { expect, test } from "vitest";
import { tookOf } from "../../src/model/rollout/rollout.ts";
import { createRolloutDurations, finishCompletedRollouts } from "../../src/monitor/finish-completed-rollouts.ts";
import { smallServer } from "../support/small-server.ts";
import { planOf } from "../support/upgrades.ts";

const MINUTE = 60_000;

/** How long a rollout took that nothing was to do in, in minutes; `seen` = by the process that started it. */
async function took(jump: number, { seen }: { readonly seen: boolean }): Promise<number | undefined> {
  const small = await smallServer(planOf([]));
  const { projections, clock } = small;
  const before = createRolloutDurations(small);
  const { plan, owner, serverUser, channel } = small.rollout();
  const data = { rollout: "prod-2", plan, owner, serverUser, channel };
  await small.write("rollout.prod-2", { type: "rollout.started", data });
  await clock.advance(5 * MINUTE);
  clock.jump(jump * MINUTE);
  await finishCompletedRollouts(projections, small.server, seen ? before : createRolloutDurations(small));
  const rollout = projections.rollouts.get("prod-2");
  if (rollout?.status !== "ended") throw new Error("it has not ended");
  const ms = tookOf(rollout, MINUTE);
  return ms === undefined ? undefined : ms / MINUTE;
}

test.each([
  ["a wall clock that nobody sets", 0, 5],
  ["one that is set back", -60, undefined],
  ["one that is set forward", 60, undefined],
])("with %s, how long a rollout took is what was measured, or not said", async (_what, jump, minutes) => {
  expect(await took(jump, { seen: true })).toBe(minutes);
});

test("after a restart the wall clock counts, unless it contradicts what the upgrades took", async () => {
  expect(await took(0, { seen: false })).toBe(5);
  expect(await took(-4.5, { seen: false })).toBeUndefined();
  expect(await took(-60, { seen: false })).toBeUndefined();
});
