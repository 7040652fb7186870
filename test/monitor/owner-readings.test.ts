import { expect, test } from "vitest";
import { cause } from "../../src/core/cause.ts";
import { createOwnerReadings } from "../../src/monitor/owner-readings.ts";
import type { Authorize } from "../../src/people/authorize.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

async function readings(fail?: Error) {
  const small = await smallServer(planOf([plannedAgent("a")]));
  const count = { reads: 0, fail };
  const authorize: Pick<Authorize, "asOwner"> = {
    async asOwner(...given) {
      count.reads += 1;
      if (count.fail) throw count.fail;
      return small.authorize.asOwner(...given);
    },
  };
  const owners = createOwnerReadings({ authorize, clock: small.clock, projections: small.projections });
  return { ...small, count, of: () => owners.of(small.server, small.rollout()) };
}

test("ten upgrades that begin together read their owner once, and the next ones after a few seconds read anew", async () => {
  const { clock, count, of } = await readings();
  const all = await Promise.all(Array.from({ length: 10 }, of));
  expect([count.reads, new Set(all.map(({ readAt }) => readAt.monotonic)).size]).toEqual([1, 1]);
  await clock.advance(7_000);
  const { readAt } = await of();
  expect([count.reads, readAt.monotonic]).toEqual([2, clock.monotonic()]);
});

test("a reading that failed serves nobody else", async () => {
  const { count, of } = await readings(new Error("no answer"));
  await expect(of()).rejects.toThrow("no answer");
  count.fail = undefined;
  await of();
  expect(count.reads).toBe(2);
});

test("nor does one from before the clock was set, or of another owner", async () => {
  const { clock, count, of, write } = await readings();
  await of();
  clock.jump(60_000);
  await of();
  expect(count.reads).toBe(2);
  await write("rollout.prod-1", { type: "rollout.paused", data: { by: "U0ALICE", why: null } } as never).catch(
    () => {},
  );
  await of();
  expect(count.reads).toBe(2);
});

test("nor does one from before the owner's own token was linked, replaced, found dead or unlinked", async () => {
  const { count, of, write } = await readings();
  const linked = { server: "prod", user: { id: "u", name: "alice" }, proof: "rights" } as const;
  const changes = [
    { type: "token.linked", data: linked },
    { type: "token.linked", data: linked },
    { type: "token.failed", data: { server: "prod", why: cause("token-not-stored") } },
    { type: "token.unlinked", data: { server: "prod", why: "asked" } },
  ] as const;
  for (const [i, change] of changes.entries()) {
    await of();
    await of();
    expect(count.reads).toBe(i + 1);
    await write("person.U0ALICE", change);
  }
  await of();
  expect(count.reads).toBe(5);
});
