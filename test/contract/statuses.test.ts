import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createMemoryStatuses } from "../../src/adapters/memory/memory-statuses.ts";
import { openSqliteStatuses } from "../../src/adapters/sqlite/sqlite-statuses.ts";
import type { ServerStatus } from "../../src/servers/server-status.ts";
import { manualClock } from "../support/manual-clock.ts";
import { keepLog } from "../support/silent-log.ts";
import { aStatus, statusesContract } from "./statuses.contract.ts";

const directory = mkdtempSync(join(tmpdir(), "statuses-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let files = 0;
const file = () => {
  files += 1;
  return join(directory, `${files}.status`);
};

const atOnce = async () => {};

statusesContract("in memory", async (clock) => {
  const statuses = createMemoryStatuses<ServerStatus>({ clock });
  return { here: statuses, there: statuses, exchange: atOnce };
});

statusesContract("in SQLite", async (clock) => {
  const path = file();
  const ports = { clock, log: keepLog() };
  const statuses = () => openSqliteStatuses<ServerStatus>(path, ports);
  return { here: statuses(), there: statuses(), exchange: atOnce };
});

test("a process that could not write its status still knows it", () => {
  const clock = manualClock();
  const statuses = openSqliteStatuses<ServerStatus>(file(), { clock, log: keepLog() });
  statuses.publish(aStatus({ at: clock.now() }));
  statuses.close();
  statuses.publish(aStatus({ at: clock.now(), answers: false }));
  expect(statuses.of("prod")?.status.answers).toBe(false);
});

test("a status from before a restart is as old as the wall clock says", () => {
  const clock = manualClock();
  const path = file();
  const before = openSqliteStatuses<ServerStatus>(path, { clock, log: keepLog() });
  before.publish(aStatus({ at: clock.now() - 60_000 }));
  before.close();
  expect(openSqliteStatuses<ServerStatus>(path, { clock, log: keepLog() }).of("prod")?.age).toBe(60_000);
});

test("a damaged file is made anew: it holds nothing worth keeping", () => {
  const clock = manualClock();
  const path = file();
  writeFileSync(path, "this is no database, and a long enough text to be taken for one".repeat(100));
  const statuses = openSqliteStatuses<ServerStatus>(path, { clock, log: keepLog() });
  statuses.publish(aStatus({ at: clock.now() }));
  expect(statuses.of("prod")?.age).toBe(0);
});

test("only its owner can read the file, also one from a time when others could", () => {
  const modes = (path: string) => ["", "-wal", "-shm"].map((end) => statSync(path + end).mode & 0o777);
  const path = file();
  openSqliteStatuses<ServerStatus>(path, { clock: manualClock(), log: keepLog() }).publish(aStatus({ at: 1 }));
  expect(modes(path)).toEqual([0o600, 0o600, 0o600]);
  for (const end of ["", "-wal", "-shm"]) chmodSync(path + end, 0o644);
  openSqliteStatuses<ServerStatus>(path, { clock: manualClock(), log: keepLog() });
  expect(modes(path)).toEqual([0o600, 0o600, 0o600]);
});
