import { expect, test } from "vitest";
import { createSlotGovernor } from "../../src/app/servers/slot-governor.ts";
import { ServerError } from "../../src/app/urbancode.ts";
import { keepLog } from "../support/silent-log.ts";
import { smallSite } from "../support/small-site.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const MINUTE = 60_000;
const failing = new ServerError("failing", "prod answered 503.", 503);

async function governed() {
  const small = await smallSite(planOf([plannedAgent("a")]), { slots: 10 });
  const open = () => createSlotGovernor(small.site, { ...small, log: keepLog() });
  return {
    ...small,
    open,
    async begin() {
      const data = { rollout: "prod-1", server: "prod", agent: { id: "a", name: "a" }, attempt: 1, from: "6.2.7.1.1" };
      await small.write("upgrade.prod-1.a.1", { type: "upgrade.intended", data });
    },
    async failFor(governor: ReturnType<typeof open>, minutes: number) {
      for (let i = 0; i < minutes; i += 1) {
        governor.failed(failing, false);
        await small.clock.advance(MINUTE);
      }
    },
  };
}

test("a server that is down while nothing of ours is in flight keeps its slots", async () => {
  const site = await governed();
  const governor = site.open();
  await site.failFor(governor, 60);
  expect([governor.open(), governor.reason()]).toEqual([10, undefined]);
  await site.begin();
  await site.failFor(governor, 1);
  expect([governor.open(), governor.reason()]).toEqual([7, "the server answered 503 once"]);
  governor.stop();
});

test("a request for an upgrade that failed closes slots, also where it is not in flight", async () => {
  const site = await governed();
  const governor = site.open();
  governor.failed(failing, true);
  expect(governor.open()).toBe(7);
  governor.stop();
});

test("time opens them again when nothing failed for long, also after a restart, and the ledger has it", async () => {
  const site = await governed();
  const governor = site.open();
  await site.begin();
  await site.failFor(governor, 20);
  expect(governor.open()).toBe(1);
  await site.clock.advance(8 * MINUTE);
  expect(governor.open()).toBe(1);
  await site.clock.advance(3 * MINUTE);
  expect(governor.open()).toBe(4);
  governor.stop();
  const next = site.open();
  await site.clock.advance(9 * MINUTE);
  expect(next.open()).toBe(4);
  await site.clock.advance(7 * MINUTE);
  expect([next.open(), next.reason()]).toEqual([10, undefined]);
  expect(site.board.server("prod").slots).toEqual({ limit: 10, why: null });
  next.stop();
});

test.each([3_653_000, -3_653_000])("a wall clock that is set %i ms on opens and closes nothing", async (jump) => {
  const site = await governed();
  const governor = site.open();
  await site.begin();
  await site.failFor(governor, 20);
  site.clock.jump(jump);
  await site.clock.advance(8 * MINUTE);
  expect(governor.open()).toBe(1);
  await site.clock.advance(3 * MINUTE);
  expect(governor.open()).toBe(4);
  governor.stop();
});
