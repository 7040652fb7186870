import { expect, test } from "vitest";
import { createRetryAfter } from "../../src/adapters/urbancode/retry-after.ts";
import { cause } from "../../src/core/cause.ts";
import { ServerError } from "../../src/model/deploy-server.ts";
import { createSlotGovernor } from "../../src/monitor/slot-governor.ts";
import { keepLog } from "../support/silent-log.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const MINUTE = 60_000;
const failing = new ServerError("failing", "prod answered 503.", 503);

async function governed() {
  const small = await smallServer(planOf([plannedAgent("a")]), { slots: 10 });
  const open = () => createSlotGovernor(small.server, { ...small, log: keepLog() });
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

test("once it is stopped, what still fails closes no slot and leaves no timer", async () => {
  const server = await governed();
  await server.begin();
  const governor = server.open();
  await server.clock.advance(1);
  governor.stop();
  const written = server.projections.lastAt;
  governor.failed(failing, true);
  await server.clock.advance(60 * MINUTE);
  expect(server.projections.server("prod").slots).toBeUndefined();
  expect(server.projections.lastAt).toBe(written);
});

test("a server that is down while nothing of ours is in flight keeps its slots", async () => {
  const server = await governed();
  const governor = server.open();
  await server.failFor(governor, 60);
  expect([governor.open(), governor.reason()]).toEqual([10, undefined]);
  await server.begin();
  await server.failFor(governor, 1);
  expect([governor.open(), governor.reason()]).toEqual([7, cause("server-failures", { failures: [["503", 1]] })]);
  governor.stop();
});

test("a request for an upgrade that failed closes slots, also where it is not in flight", async () => {
  const server = await governed();
  const governor = server.open();
  governor.failed(failing, true);
  expect(governor.open()).toBe(7);
  governor.stop();
});

test("a pause for which the server asked once closes slots once", async () => {
  const server = await governed();
  const governor = server.open();
  await server.begin();
  governor.failed(new ServerError("failing", "prod answered 429.", 429), false);
  expect(governor.open()).toBe(7);
  const retryAfter = createRetryAfter("prod", server.clock);
  retryAfter.heard({ status: 429, body: "", type: "", date: "", retryAfter: "90", location: "" });
  for (let i = 0; i < 5; i += 1) {
    await server.clock.advance(MINUTE / 5);
    governor.failed(retryAfter.refusal(), false);
  }
  await server.clock.advance(MINUTE / 5);
  governor.failed(retryAfter.refusal(), false);
  expect([governor.open(), governor.reason()]).toEqual([7, cause("server-failures", { failures: [["429", 1]] })]);
  governor.stop();
});

test("time opens them again when nothing failed for long, also after a restart, and the ledger has it", async () => {
  const server = await governed();
  const governor = server.open();
  await server.begin();
  await server.failFor(governor, 20);
  expect(governor.open()).toBe(1);
  await server.clock.advance(8 * MINUTE);
  expect(governor.open()).toBe(1);
  await server.clock.advance(3 * MINUTE);
  expect(governor.open()).toBe(4);
  governor.stop();
  const next = server.open();
  await server.clock.advance(9 * MINUTE);
  expect(next.open()).toBe(4);
  await server.clock.advance(7 * MINUTE);
  expect([next.open(), next.reason()]).toEqual([10, undefined]);
  expect(server.projections.server("prod").slots).toEqual({ limit: 10, why: null });
  next.stop();
});

test.each([3_653_000, -3_653_000])("a wall clock that is set %i ms on opens and closes nothing", async (jump) => {
  const server = await governed();
  const governor = server.open();
  await server.begin();
  await server.failFor(governor, 20);
  server.clock.jump(jump);
  await server.clock.advance(8 * MINUTE);
  expect(governor.open()).toBe(1);
  await server.clock.advance(3 * MINUTE);
  expect(governor.open()).toBe(4);
  governor.stop();
});

test("slots that the configuration adds are open if all were open before", async () => {
  const server = await governed();
  await server.write("server.prod", { type: "slots.changed", data: { limit: 5, why: null } });
  const governor = server.open();
  expect([governor.open(), governor.reason()]).toEqual([10, undefined]);
  governor.stop();
});
