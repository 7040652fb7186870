import { expect, test } from "vitest";
import { createMemoryStatuses } from "../../src/adapters/memory/memory-statuses.ts";
import { createStatusPublisher } from "../../src/monitor/status-publisher.ts";
import { type ServerStatus, watchedNow } from "../../src/servers/server-status.ts";
import { aStatus } from "../contract/statuses.contract.ts";
import { manualClock } from "../support/manual-clock.ts";

function publishing() {
  const clock = manualClock();
  const statuses = createMemoryStatuses<ServerStatus>({ clock });
  const server = { answers: true };
  const at: number[] = [];
  statuses.onChange(() => void at.push(clock.monotonic()));
  const publisher = createStatusPublisher(() => aStatus(server), { statuses, clock });
  return { clock, statuses, server, publisher, at };
}

test("a status is published at once, then every five seconds while nothing changes", async () => {
  const { clock, publisher, at } = publishing();
  publisher.look();
  await clock.advance(12_000);
  expect(at).toEqual([0, 5_000, 10_000]);
});

test("a change is published at once, but never two within a second, and the last one is not lost", async () => {
  const { clock, statuses, server, publisher, at } = publishing();
  publisher.look();
  await clock.advance(2_000);
  for (const answers of [false, true, false]) {
    server.answers = answers;
    publisher.look();
    await clock.advance(100);
  }
  expect([at, watchedNow(statuses, "prod")?.answers]).toEqual([[0, 2_000], false]);
  server.answers = true;
  publisher.look();
  await clock.advance(1_000);
  expect([at, watchedNow(statuses, "prod")?.answers]).toEqual([[0, 2_000, 3_000], true]);
});

test("a status older than fifteen seconds says that nobody watches the server, whatever the wall clock does", async () => {
  const { clock, statuses, publisher } = publishing();
  publisher.look();
  clock.jump(3_600_000);
  expect([watchedNow(statuses, "prod")?.answers, watchedNow(statuses, "test")]).toEqual([true, undefined]);
  await clock.advance(4_000);
  publisher.stop();
  await clock.advance(11_000);
  expect(watchedNow(statuses, "prod")).toBeDefined();
  await clock.advance(1);
  expect(watchedNow(statuses, "prod")).toBeUndefined();
});
