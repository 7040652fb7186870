import { expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import type { NewEvent } from "../../src/model/events.ts";
import { openProjections } from "../../src/projections/projections.ts";
import { createUntoldRollouts } from "../../src/reporting/untold-rollouts.ts";
import { systemRandom } from "../../src/system.ts";
import { manualClock } from "../support/manual-clock.ts";
import { planOf } from "../support/upgrades.ts";

async function twoRollouts() {
  const projections = await openProjections(openMemoryLedger(), { clock: manualClock(1_000), random: systemRandom });
  const write = (stream: string, event: NewEvent) =>
    projections.change(() => [{ stream, actor: "U0ALICE", events: [event] }]);
  const serverUser = { id: "u", name: "alice" };
  for (const rollout of ["prod-1", "prod-2"]) {
    const data = { rollout, plan: planOf([]), owner: "U0ALICE", serverUser, channel: "C" };
    await write(`rollout.${rollout}`, { type: "rollout.started", data });
    await write(`rollout.${rollout}`, { type: "rollout.ended", data: {} });
  }
  const untold = createUntoldRollouts(projections);
  projections.onChange(untold.follow);
  const asked: string[] = [];
  const told = ({ id }: { readonly id: string }) => {
    asked.push(id);
    return false;
  };
  return { untold, write, asked, told };
}

test("after a start each rollout is looked at once, and a told one no more", async () => {
  const { untold, asked, told } = await twoRollouts();
  expect(untold.look(told)).toEqual([]);
  expect(untold.look(told)).toEqual([]);
  expect(asked).toEqual(["prod-1", "prod-2"]);
});

test("a rollout that concerns people is looked at again and again", async () => {
  const { untold } = await twoRollouts();
  for (let look = 0; look < 3; look += 1)
    expect(untold.look(({ id }) => id === "prod-2").map(({ id }) => id)).toEqual(["prod-2"]);
});

test("what is written about a rollout or one of its upgrades has it looked at again", async () => {
  const { untold, write, asked, told } = await twoRollouts();
  untold.look(told);
  await write("rollout.prod-1", { type: "message.stale", data: { key: "card", stale: true } });
  untold.look(told);
  expect(asked.slice(2)).toEqual(["prod-1"]);
  const agent = { id: "web.1", name: "web.1" };
  const data = { rollout: "prod-2", server: "prod", agent, attempt: 1, from: "6" };
  await write("upgrade.prod-2.web.1.1", { type: "upgrade.intended", data });
  untold.look(told);
  expect(asked.slice(3)).toEqual(["prod-2"]);
});
