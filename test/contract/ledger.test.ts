import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/adapters/database.ts";
import { openMemoryLedger } from "../../src/adapters/ledger/memory.ts";
import { openSqliteLedger } from "../../src/adapters/ledger/sqlite.ts";
import { until } from "../support/time.ts";
import { anEvent, ledgerContract } from "./ledger.contract.ts";

const directory = mkdtempSync(join(tmpdir(), "ledger-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const key = Buffer.from("a key of the tests, which is long enough");
let files = 0;

function newFile(): string {
  files += 1;
  return join(directory, `${files}.db`);
}

const open = (file: string, withKey: Buffer = key) => openSqliteLedger({ file, key: withKey, now: 1 });

ledgerContract("in memory", async () => openMemoryLedger());
ledgerContract("on SQLite", async () => open(newFile()));

describe("the ledger on SQLite", () => {
  async function filled(): Promise<string> {
    const file = newFile();
    const ledger = open(file);
    for (let i = 0; i < 5; i += 1)
      await ledger.append([{ stream: `s.${i % 2}`, after: Math.floor(i / 2), events: [anEvent()] }]);
    await ledger.close();
    return file;
  }

  test("is all there after it was closed and opened again", async () => {
    const ledger = open(await filled());
    expect(await ledger.since(0, 100)).toHaveLength(5);
    await ledger.close();
  });

  test.each([
    ["an edited row", "UPDATE event SET json = replace(json, 'event', 'tnevE') WHERE position = 3", 3],
    ["a removed row", "DELETE FROM event WHERE position = 2", 3],
    [
      "rows that changed places",
      "UPDATE event SET position = -2 WHERE position = 2; UPDATE event SET position = 2 WHERE position = 4; UPDATE event SET position = 4 WHERE position = -2",
      2,
    ],
    ["a missing stream", "DELETE FROM event WHERE stream = 's.1'", 3],
    ["rows cut off the end", "DELETE FROM event WHERE position > 3", 4],
  ])("shows %s when it is opened", async (_what, sql, position) => {
    const file = await filled();
    const raw = openDatabase(file);
    raw.exec("DROP TRIGGER event_is_not_edited; DROP TRIGGER event_is_not_removed");
    raw.exec(sql);
    raw.close();
    expect(() => open(file)).toThrow(`broken at position ${position}`);
  });

  test("refuses to edit and to remove rows even by hand", async () => {
    const raw = openDatabase(await filled());
    expect(() => raw.exec("DELETE FROM event")).toThrow("append-only");
    expect(() => raw.exec("UPDATE event SET json = ''")).toThrow("append-only");
    raw.close();
  });

  test("says so when it is opened with another key", async () => {
    const file = await filled();
    expect(() => open(file, Buffer.from("another key, just as long as the first"))).toThrow("DRYDOCK_LEDGER_KEY");
  });

  test("is for one process: a second is told who has it; after kill -9 it is free again, with every acknowledged event", {
    timeout: 60_000,
  }, async () => {
    const file = newFile();
    const holder = spawn("node", ["--import", "tsx", "test/support/append-forever.ts", file], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let acknowledged = 0;
    holder.stdout.on("data", (chunk: Buffer) => {
      acknowledged += chunk.toString().split("\n").length - 1;
    });
    await until("some events", () => acknowledged > 20);
    expect(() => open(file)).toThrow(`in use by process ${holder.pid}`);
    const gone = new Promise((resolve) => holder.once("exit", resolve));
    holder.kill("SIGKILL");
    await gone;
    const ledger = open(file, Buffer.from("append-forever key, 32 characters long"));
    expect((await ledger.since(0, 100_000)).length).toBeGreaterThanOrEqual(acknowledged);
    await ledger.close();
  });

  test("takes no opening for a sign of life, least of all one that failed", async () => {
    const file = await filled();
    const ledger = open(file);
    await ledger.alive(1_767_225_600_000);
    expect(() => open(file)).toThrow("in use");
    await ledger.close();
    expect(() => open(file, Buffer.from("another key, just as long as the first"))).toThrow("DRYDOCK_LEDGER_KEY");
    const again = open(file);
    expect(await again.aliveAt()).toBe(1_767_225_600_000);
    await again.close();
  });
});
