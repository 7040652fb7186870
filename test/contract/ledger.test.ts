import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import { openDatabase } from "../../src/adapters/sqlite/database.ts";
import { lockLedger } from "../../src/adapters/sqlite/lock.ts";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import { OperatorError } from "../../src/core/ports.ts";
import { LedgerLost } from "../../src/model/ledger-port.ts";
import { append } from "../support/append.ts";
import { mostInFlight } from "../support/most-in-flight.ts";
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

const open = (file: string, withKey: Buffer = key) => openSqliteLedger({ file, key: withKey });

ledgerContract("in memory", async () => openMemoryLedger());
ledgerContract("on SQLite", async () => open(newFile()));

describe("the ledger on SQLite", () => {
  async function filled(): Promise<string> {
    const file = newFile();
    const ledger = open(file);
    for (let i = 0; i < 5; i += 1) await append(ledger, `s.${i % 2}`, anEvent());
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

  test("gives no turn and no check once it went back in time, also where it holds as many events as before", async () => {
    const file = newFile();
    const ledger = open(file);
    await append(ledger, "s.1", anEvent(), anEvent());
    const raw = openDatabase(file);
    raw.exec(
      "DROP TRIGGER event_is_not_edited; DROP TRIGGER event_is_not_removed; CREATE TEMP TABLE old AS SELECT * FROM event; DELETE FROM event; DELETE FROM head",
    );
    await expect(append(ledger, "s.1", anEvent())).rejects.toThrow(LedgerLost);
    raw.exec("INSERT INTO event SELECT position, stream, seq, id, json, 'another link', pruned FROM old");
    raw.exec("INSERT INTO head SELECT 1, 2, 'another link', ''");
    raw.close();
    await expect(append(ledger, "s.1", anEvent())).rejects.toThrow(LedgerLost);
    await expect(ledger.check()).rejects.toThrow("it lacks events that Drydock has read");
    await ledger.close();
  });

  test("three processes on one file, each beginning while fewer than ten are in flight, never pass ten, and none gives up", {
    timeout: 300_000,
  }, async () => {
    const file = newFile();
    const lock = lockLedger(file, 1);
    const ledger = open(file);
    const count = 20;
    const processes = ["a", "b", "c"].map((name) =>
      spawn("node", ["--import", "tsx", "test/support/intend-in-process.ts", file, key.toString(), name, `${count}`], {
        stdio: ["pipe", "pipe", "inherit"],
      }),
    );
    const ends = processes.map((child) => new Promise((resolve) => child.once("exit", resolve)));
    await Promise.all(processes.map((child) => new Promise((resolve) => child.stdout.once("data", resolve))));
    for (const child of processes) child.stdin.write("begin\n");
    expect(await Promise.all(ends)).toEqual([0, 0, 0]);
    const all = await ledger.since(0, 100_000);
    expect(mostInFlight(all)).toBe(10);
    expect(all.filter(({ type }) => type === "upgrade.intended")).toHaveLength(3 * count);
    await ledger.close();
    lock.release();
    await open(file).close();
  });
});

describe("the ledger's lock", () => {
  test("lets a second process know who has it; after kill -9 it is free again, with every acknowledged event", {
    timeout: 300_000,
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
    expect(() => lockLedger(file, 1)).toThrow(`in use by process ${holder.pid}`);
    const gone = new Promise((resolve) => holder.once("exit", resolve));
    holder.kill("SIGKILL");
    await gone;
    const lock = lockLedger(file, 1);
    const ledger = open(file, Buffer.from("append-forever key, 32 characters long"));
    expect((await ledger.since(0, 100_000)).length).toBeGreaterThanOrEqual(acknowledged);
    await ledger.close();
    lock.release();
  });

  test("is a sentence for the operator if its file cannot be opened", () => {
    const file = newFile();
    mkdirSync(`${file}.lock`);
    const lock = () => lockLedger(file, 1);
    expect(lock).toThrow(OperatorError);
    expect(lock).toThrow(`Drydock cannot open ${file}.lock.`);
  });

  test("knows when its holder was last alive, and takes no locking for a sign of life, least of all one that failed", async () => {
    const file = newFile();
    const lock = lockLedger(file, 1);
    expect(await lock.aliveAt()).toBeUndefined();
    await lock.alive(1_767_225_600_000);
    await lock.alive(1_767_225_605_000);
    expect(await lock.aliveAt()).toBe(1_767_225_605_000);
    expect(() => lockLedger(file, 1)).toThrow("in use");
    lock.release();
    const again = lockLedger(file, 1);
    expect(await again.aliveAt()).toBe(1_767_225_605_000);
    again.release();
  });
});
