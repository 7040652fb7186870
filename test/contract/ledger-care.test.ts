import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, describe, expect, test } from "vitest";
import { backupLedger } from "../../src/adapters/ledger/backup.ts";
import { linkOf } from "../../src/adapters/ledger/chain.ts";
import { retainLedger } from "../../src/adapters/ledger/retain.ts";
import { openSqliteLedger } from "../../src/adapters/ledger/sqlite.ts";
import { type Ledger, LedgerUnwritable } from "../../src/app/ports.ts";
import { anEvent } from "./ledger.contract.ts";

const directory = mkdtempSync(join(tmpdir(), "ledger-care-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const key = Buffer.from("a key of the tests, which is long enough");
let files = 0;

function newFile(): string {
  files += 1;
  return join(directory, `${files}.db`);
}

async function append(ledger: Ledger, stream: string, after: number, count = 1, urgent = false): Promise<void> {
  await ledger.append([{ stream, after, events: Array.from({ length: count }, () => anEvent()) }], { urgent });
}

describe("a disk that is full", () => {
  test("refuses what is not urgent and writes what is, until the reserve is used up too; with room again it goes on", async () => {
    const file = newFile();
    const ledger = openSqliteLedger({ file, key, now: 1, maxPages: 41 });
    let written = 0;
    const fill = async (urgent: boolean) => {
      for (; written < 10_000; written += 1) await append(ledger, "s.1", written, 1, urgent);
    };
    await expect(fill(false)).rejects.toThrow(LedgerUnwritable);
    await expect(ledger.check()).rejects.toThrow("its disk is full");
    const before = written;
    await append(ledger, "s.1", written, 1, true);
    written += 1;
    await expect(append(ledger, "s.1", written)).rejects.toThrow("its disk is full");
    await expect(fill(true)).rejects.toThrow(LedgerUnwritable);
    expect(written).toBeGreaterThan(before + 20);
    await ledger.close();
    const larger = openSqliteLedger({ file, key, now: 1, maxPages: 400 });
    await larger.check();
    await append(larger, "s.1", written);
    expect(await larger.read("s.1")).toHaveLength(written + 1);
    await larger.close();
  });

  test("has a reserve beside it, which only its owner can read", async () => {
    const file = newFile();
    const ledger = openSqliteLedger({ file, key, now: 1 });
    const reserve = statSync(`${file}.reserve`);
    expect([reserve.size, reserve.mode & 0o777]).toEqual([1024 * 1024, 0o600]);
    expect(existsSync(`${file}.reserve.probe`)).toBe(false);
    await ledger.close();
  });
});

describe("a damaged file", () => {
  test("is told before anything starts", async () => {
    const file = newFile();
    const ledger = openSqliteLedger({ file, key, now: 1 });
    await append(ledger, "s.1", 0, 500);
    await ledger.close();
    const bytes = readFileSync(file);
    bytes.fill(0xff, 3 * 4096, 8 * 4096);
    writeFileSync(file, bytes);
    expect(() => openSqliteLedger({ file, key, now: 1 })).toThrow(/damaged|malformed/);
  });
});

describe("a backup", () => {
  test("is made while the ledger is being written to, and opens as a ledger of its own", async () => {
    const file = newFile();
    const ledger = openSqliteLedger({ file, key, now: 1 });
    await append(ledger, "s.1", 0, 200);
    const to = newFile();
    const work = backupLedger({ file, to, key });
    for (let i = 200; i < 260; i += 1) await append(ledger, "s.1", i);
    const rows = await work;
    expect(rows).toBeGreaterThanOrEqual(200);
    expect(statSync(to).mode & 0o777).toBe(0o600);
    const copy = openSqliteLedger({ file: to, key, now: 1 });
    expect(await copy.read("s.1")).toHaveLength(rows);
    await copy.close();
    await expect(backupLedger({ file, to, key })).rejects.toThrow("is there already");
    await ledger.close();
  });

  test("of a ledger whose chain is broken is none", async () => {
    const file = newFile();
    const ledger = openSqliteLedger({ file, key, now: 1 });
    await append(ledger, "s.1", 0, 3);
    await ledger.close();
    const raw = new Database(file);
    raw.exec("DROP TRIGGER event_is_not_edited; UPDATE event SET json = '{}' WHERE position = 1");
    raw.close();
    const to = newFile();
    await expect(backupLedger({ file, to, key })).rejects.toThrow("broken at position 1");
    expect([existsSync(to), existsSync(`${to}.partial`)]).toEqual([false, false]);
  });
});

describe("retention", () => {
  async function retained() {
    const file = newFile();
    const ledger = openSqliteLedger({ file, key, now: 1 });
    for (let i = 0; i < 4; i += 1) {
      await append(ledger, "s.old", i);
      await append(ledger, "s.kept", i);
    }
    await ledger.close();
    const archive = `${file}.jsonl`;
    const choose = () => new Set(["s.old"]);
    return { file, archive, done: retainLedger({ file, archive, key, now: 1, choose }) };
  }

  test("moves streams into an archive; the chain is still proven, and the archive against it", async () => {
    const { file, archive, done } = await retained();
    expect(done).toEqual({ streams: 1, rows: 4 });
    const ledger = openSqliteLedger({ file, key, now: 1 });
    expect((await ledger.since(0, 100)).map(({ stream }) => stream)).toEqual(Array(4).fill("s.kept"));
    expect(await ledger.open()).toEqual(["s.kept"]);
    await append(ledger, "s.kept", 4);
    await expect(append(ledger, "s.old", 4)).rejects.toThrow("closed");
    await ledger.close();
    const lines = readFileSync(archive, "utf8").trim().split("\n");
    const rows = lines.map((line) => JSON.parse(line));
    const raw = new Database(file, { readonly: true });
    for (const { link, ...row } of rows) {
      const of = (position: number) =>
        raw.prepare<[number], { link: string }>("SELECT link FROM event WHERE position = ?").get(position)?.link ?? "";
      expect(linkOf(key, of(row.position - 1), row)).toBe(link);
      expect(of(row.position)).toBe(link);
    }
    raw.close();
  });

  test.each([
    ["a link of what was archived is changed", "UPDATE event SET link = 'x' WHERE position = 3", 3],
    ["an archived row is removed", "DELETE FROM event WHERE position = 3", 4],
    ["a row is made to look archived", "UPDATE event SET json = '', pruned = 'x' WHERE position = 2", 2],
    ["an archived row gets a content", "UPDATE event SET json = '{}' WHERE position = 1", 1],
  ])("shows when %s", async (_what, sql, position) => {
    const { file } = await retained();
    const raw = new Database(file);
    raw.exec("DROP TRIGGER event_is_not_edited; DROP TRIGGER event_is_not_removed");
    raw.exec(sql);
    raw.close();
    expect(() => openSqliteLedger({ file, key, now: 1 })).toThrow(`broken at position ${position}`);
  });

  test("by hand nothing can be changed, not even of what is archived", async () => {
    const { file } = await retained();
    const raw = new Database(file);
    expect(() => raw.exec("UPDATE event SET json = '{}' WHERE position = 1")).toThrow("append-only");
    expect(() => raw.exec("UPDATE event SET stream = 's.x', json = '', pruned = 'y' WHERE position = 2")).toThrow(
      "append-only",
    );
    raw.close();
  });
});
