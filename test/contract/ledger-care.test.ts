import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { linkOf } from "../../src/adapters/chain/chain.ts";
import { asUnwritable } from "../../src/adapters/sqlite/as-unwritable.ts";
import { backupLedger } from "../../src/adapters/sqlite/backup.ts";
import { openDatabase } from "../../src/adapters/sqlite/database.ts";
import { retainLedger } from "../../src/adapters/sqlite/retain.ts";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import { LedgerUnwritable } from "../../src/model/ledger-port.ts";
import { append } from "../support/append.ts";
import { note } from "../support/archived-note.ts";
import { openNarrowLedger } from "../support/narrow-ledger.ts";
import { until } from "../support/time.ts";
import { anEvent } from "./ledger.contract.ts";

const directory = mkdtempSync(join(tmpdir(), "ledger-care-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const key = Buffer.from("a key of the tests, which is long enough");
/** What test/support/append-forever.ts seals with. */
const WRITERS_KEY = Buffer.from("append-forever key, 32 characters long");
let files = 0;

function newFile(): string {
  files += 1;
  return join(directory, `${files}.db`);
}

describe("a disk that is full", () => {
  const five = () => Array.from({ length: 5 }, () => anEvent());

  test("refuses what has no room, and goes on when there is room again", async () => {
    const file = newFile();
    const { ledger, free } = openNarrowLedger({ file, key, room: 30 });
    let written = 0;
    const fill = async () => {
      for (; written < 10_000; written += 5) await append(ledger, "s.1", ...five());
    };
    await ledger.check();
    await expect(fill()).rejects.toThrow(LedgerUnwritable);
    for (let i = 0; i < 3; i += 1) await expect(ledger.check()).rejects.toThrow("its disk is full");
    let fresh: readonly unknown[] = [];
    const turn = ledger.turn(0, (events) => {
      fresh = events;
      return [{ stream: "s.1", events: five() }];
    });
    await expect(turn).rejects.toThrow("its disk is full");
    expect(fresh).toHaveLength(written);
    expect(await ledger.read("s.1")).toHaveLength(written);
    free();
    await ledger.check();
    await append(ledger, "s.1", ...five());
    await ledger.close();
    const again = openSqliteLedger({ file, key });
    expect(await again.read("s.1")).toHaveLength(written + 5);
    await again.close();
  });

  test("looking for room leaves nothing behind, in the file or beside it", async () => {
    const file = newFile();
    const ledger = openSqliteLedger({ file, key });
    await append(ledger, "s.1", anEvent());
    for (let i = 0; i < 50; i += 1) await ledger.check();
    await ledger.close();
    expect(
      readdirSync(directory)
        .filter((name) => name.startsWith(basename(file)))
        .sort(),
    ).toEqual([basename(file)]);
    expect(statSync(file).size).toBeLessThan(100_000);
    const raw = openDatabase(file, { readonly: true });
    expect(raw.prepare("SELECT name FROM sqlite_master WHERE name = 'room'").all()).toEqual([]);
    raw.close();
  });

  test("a file that another program has locked holds nobody up for the seconds that Slack waits", async () => {
    const file = newFile();
    const ledger = openSqliteLedger({ file, key });
    const other = openDatabase(file);
    other.exec("BEGIN IMMEDIATE");
    const before = performance.now();
    await expect(append(ledger, "s.1", anEvent())).rejects.toThrow("another program has locked its file");
    expect(performance.now() - before).toBeLessThan(2_500);
    other.exec("ROLLBACK");
    other.close();
    await append(ledger, "s.1", anEvent());
    await ledger.close();
  });

  test.each([
    ["SQLITE_FULL", "its disk is full"],
    ["ENOSPC", "its disk is full"],
    ["SQLITE_READONLY_DBMOVED", "its file is read-only"],
    ["EROFS", "its file is read-only"],
    ["SQLITE_IOERR_WRITE", "its disk fails"],
    ["SQLITE_BUSY", "another program has locked its file"],
  ])("%s means: %s; another error stays what it is", (code, said) => {
    const error = asUnwritable(Object.assign(new Error("x"), { code }));
    expect(error).toBeInstanceOf(LedgerUnwritable);
    expect(String(error)).toContain(said);
    const other = Object.assign(new Error("x"), { code: "SQLITE_CORRUPT" });
    expect(asUnwritable(other)).toBe(other);
  });
});

describe("a damaged file", () => {
  test("is told before anything starts", async () => {
    const file = newFile();
    const ledger = openSqliteLedger({ file, key });
    await append(ledger, "s.1", ...Array.from({ length: 500 }, () => anEvent()));
    await ledger.close();
    const bytes = readFileSync(file);
    bytes.fill(0xff, 3 * 4096, 8 * 4096);
    writeFileSync(file, bytes);
    expect(() => openSqliteLedger({ file, key })).toThrow(/damaged|malformed/);
  });
});

describe("a backup", () => {
  test("is made while another process writes to the ledger, and opens as a ledger of its own", async () => {
    const file = newFile();
    const writer = spawn("node", ["--import", "tsx", "test/support/append-forever.ts", file], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let acknowledged = 0;
    writer.stdout.on("data", (chunk: Buffer) => {
      acknowledged += chunk.toString().split("\n").length - 1;
    });
    await until("200 events", () => acknowledged >= 200);
    const to = newFile();
    // What an earlier backup left when it was killed.
    writeFileSync(`${to}.partial`, "half a copy");
    const rows = await backupLedger({ file, to, key: WRITERS_KEY });
    const after = acknowledged;
    await until("more events", () => acknowledged > after);
    writer.kill("SIGKILL");
    expect(rows).toBeGreaterThanOrEqual(200);
    expect(readdirSync(directory).filter((name) => name.startsWith(basename(to)))).toEqual([basename(to)]);
    expect(statSync(to).mode & 0o777).toBe(0o600);
    const copy = openSqliteLedger({ file: to, key: WRITERS_KEY });
    expect(await copy.read("s.1")).toHaveLength(rows);
    await copy.close();
    await expect(backupLedger({ file, to, key: WRITERS_KEY })).rejects.toThrow("is there already");
  });

  test("of a ledger whose chain is broken is none", async () => {
    const file = newFile();
    const ledger = openSqliteLedger({ file, key });
    await append(ledger, "s.1", ...Array.from({ length: 3 }, () => anEvent()));
    await ledger.close();
    const raw = openDatabase(file);
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
    const ledger = openSqliteLedger({ file, key });
    for (let i = 0; i < 4; i += 1) {
      await append(ledger, "s.old", anEvent());
      await append(ledger, "s.kept", anEvent());
    }
    await ledger.close();
    const archive = `${file}.jsonl`;
    const choose = () => ({ streams: new Set<string>(["s.old"]), events: new Set<number>() });
    return { file, archive, done: retainLedger({ file, archive, key, choose, note }) };
  }

  test("moves streams into an archive; the chain is still proven, and the archive against it", async () => {
    const { file, archive, done } = await retained();
    const sha256 = createHash("sha256").update(readFileSync(archive)).digest("hex");
    expect(done).toEqual({ streams: 1, rows: 4, single: 0, rollouts: [], sha256, shrunk: true });
    const ledger = openSqliteLedger({ file, key });
    const left = await ledger.since(0, 100);
    expect(left.map(({ stream }) => stream)).toEqual([...Array(4).fill("s.kept"), "ledger.self"]);
    const data = { before: 0, rows: 4, rollouts: [], archive: "old.jsonl", sha256, by: userInfo().username };
    expect(left.at(-1)).toMatchObject({ type: "ledger.archived", actor: `operator:${userInfo().username}`, data });
    await append(ledger, "s.kept", anEvent());
    await expect(append(ledger, "s.old", anEvent())).rejects.toThrow("closed");
    await ledger.close();
    const lines = readFileSync(archive, "utf8").trim().split("\n");
    const rows = lines.map((line) => JSON.parse(line));
    const raw = openDatabase(file, { readonly: true });
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
    const raw = openDatabase(file);
    raw.exec("DROP TRIGGER event_is_not_edited; DROP TRIGGER event_is_not_removed");
    raw.exec(sql);
    raw.close();
    expect(() => openSqliteLedger({ file, key })).toThrow(`broken at position ${position}`);
  });

  test("of a stream that goes on, single rows leave, and it takes new events", async () => {
    const file = newFile();
    const ledger = openSqliteLedger({ file, key });
    await append(ledger, "s.1", ...Array.from({ length: 3 }, () => anEvent()));
    await ledger.close();
    const choose = () => ({ streams: new Set<string>(), events: new Set([2, 3]) });
    expect(retainLedger({ file, archive: `${file}.jsonl`, key, choose, note })).toEqual({
      streams: 0,
      rows: 0,
      single: 2,
      rollouts: [],
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      shrunk: true,
    });
    const again = openSqliteLedger({ file, key });
    expect((await again.read("s.1")).map(({ seq }) => seq)).toEqual([1]);
    expect(await append(again, "s.1", anEvent())).toMatchObject([{ seq: 4, position: 5 }]);
    await again.close();
    await openSqliteLedger({ file, key }).close();
  });

  test("by hand nothing can be changed, not even of what is archived", async () => {
    const { file } = await retained();
    const raw = openDatabase(file);
    expect(() => raw.exec("UPDATE event SET json = '{}' WHERE position = 1")).toThrow("append-only");
    expect(() => raw.exec("UPDATE event SET stream = 's.x', json = '', pruned = 'y' WHERE position = 2")).toThrow(
      "append-only",
    );
    raw.close();
  });
});
