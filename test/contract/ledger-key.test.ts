import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fingerprintOf } from "../../src/adapters/chain/chain.ts";
import { backupLedger } from "../../src/adapters/sqlite/backup.ts";
import { checkLedgerKey } from "../../src/adapters/sqlite/check-ledger-key.ts";
import { openDatabase } from "../../src/adapters/sqlite/database.ts";
import { makeKeyFile } from "../../src/adapters/sqlite/key.ts";
import { openLedger } from "../../src/adapters/sqlite/open-ledger.ts";
import { retainLedger } from "../../src/adapters/sqlite/retain.ts";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import type { Ledger } from "../../src/model/ledger-port.ts";
import { append } from "../support/append.ts";
import { note } from "../support/archived-note.ts";
import { manualClock } from "../support/manual-clock.ts";
import { keepLog } from "../support/silent-log.ts";
import { anEvent } from "./ledger.contract.ts";

const directory = mkdtempSync(join(tmpdir(), "ledger-key-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const RIGHT = "a key of the tests, which is long enough";
const WRONG = "another key of the tests, as long as that";
let folders = 0;

function newFile(): string {
  folders += 1;
  mkdirSync(join(directory, String(folders)));
  return join(directory, String(folders), "drydock.db");
}

function open(file: string, fromEnvironment?: string, log = keepLog()): Ledger {
  return openLedger({ file, fromEnvironment, clock: manualClock(), log });
}

async function filled(count = 3): Promise<string> {
  const file = newFile();
  const ledger = open(file, RIGHT);
  for (let i = 0; i < count; i += 1) await append(ledger, "s.1", anEvent());
  await ledger.close();
  return file;
}

function edit(file: string, sql: string): void {
  const raw = openDatabase(file);
  raw.exec(sql);
  raw.close();
}

/** As a Drydock of before wrote it: without a place for the key's fingerprint. */
function asBefore(file: string): void {
  edit(file, "DROP TABLE ledger_key; PRAGMA user_version = 2");
}

function recorded(file: string): string | undefined {
  const raw = openDatabase(file, { readonly: true });
  try {
    return raw.prepare<[], { fingerprint: string }>("SELECT fingerprint FROM ledger_key").get()?.fingerprint;
  } finally {
    raw.close();
  }
}

describe("the key is made once", () => {
  test("at the first start, for its owner alone, and never again", async () => {
    const file = newFile();
    const log = keepLog();
    await open(file, undefined, log).close();
    const made = readFileSync(`${file}.key`, "utf8").trim();
    expect(made).toMatch(/^[0-9a-f]{64}$/);
    expect(statSync(`${file}.key`).mode & 0o777).toBe(0o600);
    expect(log.said.join()).toContain(`${file}.key`);
    expect(log.said.join()).not.toContain(made);
    await open(file).close();
    expect(readFileSync(`${file}.key`, "utf8").trim()).toBe(made);
    rmSync(`${file}.key`);
    expect(() => open(file)).toThrow(`put the key file back at ${file}.key`);
    expect(existsSync(`${file}.key`)).toBe(false);
  });

  test("a key file that is there already is never written over", () => {
    const file = newFile();
    makeKeyFile(file);
    const before = readFileSync(`${file}.key`, "utf8");
    expect(() => makeKeyFile(file)).toThrow("EEXIST");
    expect(readFileSync(`${file}.key`, "utf8")).toBe(before);
  });

  test("a start that was killed while it made the key leaves none, and nothing in the way of the next one", async () => {
    const file = newFile();
    writeFileSync(`${file}.key.draft`, "half a k");
    await open(file).close();
    expect(readFileSync(`${file}.key`, "utf8").trim()).toMatch(/^[0-9a-f]{64}$/);
    expect(existsSync(`${file}.key.draft`)).toBe(false);
  });

  test.each([["missing"], ["closed"]])("a first start in a folder that is %s leaves nothing behind", (which) => {
    const file = newFile();
    const folder = join(file, "..");
    if (which === "missing") rmSync(folder, { recursive: true });
    else chmodSync(folder, 0o500);
    const isRoot = process.getuid?.() === 0;
    if (which === "closed" && isRoot) {
      // root may write anywhere: a file in the folder's place is as closed to it.
      rmSync(folder, { recursive: true });
      writeFileSync(folder, "");
    }
    expect(() => open(file)).toThrow(`folder ${folder}`);
    if (which === "closed" && !isRoot) expect(readdirSync(folder)).toEqual([]);
    expect(existsSync(`${file}.key`)).toBe(false);
  });

  test("a start that fails later leaves a whole key, and the next one takes it", async () => {
    const file = newFile();
    mkdirSync(`${file}-wal`);
    expect(() => open(file)).toThrow();
    rmSync(`${file}-wal`, { recursive: true });
    const before = readFileSync(`${file}.key`, "utf8");
    await open(file).close();
    expect(readFileSync(`${file}.key`, "utf8")).toBe(before);
  });

  test.each([
    ["others may read", (path: string) => chmodSync(path, 0o644), "chmod 600"],
    ["is empty", (path: string) => writeFileSync(path, "\n"), "holds 0 characters"],
    ["was cut", (path: string) => writeFileSync(path, "abc\n"), "holds 3 characters"],
  ])("a key file that %s is refused", (_what, spoil, sentence) => {
    const file = newFile();
    makeKeyFile(file);
    spoil(`${file}.key`);
    expect(() => open(file)).toThrow(sentence);
    expect(() => checkLedgerKey({ file, fromEnvironment: undefined })).toThrow(sentence);
  });
});

describe("a wrong key is said to be one, with both fingerprints", () => {
  const both = new RegExp(`${fingerprintOf(Buffer.from(WRONG))}.*${fingerprintOf(Buffer.from(RIGHT))}`, "s");

  test("by a start, a backup, retention and the check of the configuration, each of which changes nothing", async () => {
    const file = await filled();
    const key = Buffer.from(WRONG);
    const to = `${file}.copy`;
    const choose = () => ({ streams: new Set<string>(), events: new Set<number>() });
    const ways = [
      () => open(file, WRONG),
      () => retainLedger({ file, archive: `${file}.jsonl`, key, choose, note }),
      () => checkLedgerKey({ file, fromEnvironment: WRONG }),
    ];
    for (const way of ways) {
      expect(way).toThrow(both);
      expect(way).toThrow("DRYDOCK_LEDGER_KEY is not the key of the ledger");
      expect(way).not.toThrow(/chain|backup/);
    }
    await expect(backupLedger({ file, to, key })).rejects.toThrow(both);
    expect(existsSync(to)).toBe(false);
    expect(recorded(file)).toBe(fingerprintOf(Buffer.from(RIGHT)));
    checkLedgerKey({ file, fromEnvironment: RIGHT });
    await open(file, RIGHT).close();
  });

  test("says which of the two keys that are there is the right one", async () => {
    const file = await filled();
    writeFileSync(`${file}.key`, `${RIGHT}\n`, { mode: 0o600 });
    expect(() => open(file, WRONG)).toThrow(`The key file ${file}.key is the right one: unset DRYDOCK_LEDGER_KEY.`);
    writeFileSync(`${file}.key`, `${WRONG}\n`);
    expect(() => open(file)).toThrow(`The key file ${file}.key is not the key of the ledger`);
  });

  test("a new ledger is not begun with one of two different keys", async () => {
    const file = newFile();
    makeKeyFile(file);
    const two = `There are two different keys for the new ledger ${file}`;
    expect(() => open(file, WRONG)).toThrow(two);
    expect(() => checkLedgerKey({ file, fromEnvironment: WRONG })).toThrow(two);
    expect(existsSync(file)).toBe(false);
    await open(file, readFileSync(`${file}.key`, "utf8").trim()).close();
  });

  test("also by a ledger without any event", async () => {
    const file = await filled(0);
    expect(() => open(file, WRONG)).toThrow(both);
    expect(() => open(file, WRONG)).toThrow("The ledger is empty");
  });

  test("and the key itself is in no sentence and not in the ledger's file", async () => {
    const file = await filled();
    let said = "";
    try {
      open(file, WRONG);
    } catch (error) {
      said = String(error);
    }
    expect(said).not.toContain(WRONG);
    for (const name of readdirSync(join(file, ".."))) {
      const bytes = readFileSync(join(file, "..", name));
      expect(bytes.includes(RIGHT) || bytes.includes(Buffer.from(RIGHT).toString("hex"))).toBe(false);
    }
  });
});

describe("a ledger of before, without a fingerprint", () => {
  test("gets one at its next start with a key that fits", async () => {
    const file = await filled();
    asBefore(file);
    expect(() => open(file, WRONG)).toThrow("DRYDOCK_LEDGER_KEY is not the key of the ledger");
    expect(() => open(file, WRONG)).toThrow(fingerprintOf(Buffer.from(WRONG)));
    await open(file, RIGHT).close();
    expect(recorded(file)).toBe(fingerprintOf(Buffer.from(RIGHT)));
    expect(() => open(file, WRONG)).toThrow(fingerprintOf(Buffer.from(RIGHT)));
  });

  test("can be copied and checked before that", async () => {
    const file = await filled();
    asBefore(file);
    checkLedgerKey({ file, fromEnvironment: RIGHT });
    expect(await backupLedger({ file, to: `${file}.copy`, key: Buffer.from(RIGHT) })).toBe(3);
  });

  test("whose first row was edited is broken there: its end still fits the key", async () => {
    const file = await filled();
    asBefore(file);
    edit(file, "DROP TRIGGER event_is_not_edited; UPDATE event SET json = '{}' WHERE position = 1");
    expect(() => open(file, RIGHT)).toThrow("broken at position 1");
  });
});

describe("the record is edited", () => {
  test.each([
    "UPDATE ledger_key SET fingerprint = 'x'",
    "DELETE FROM ledger_key",
    "INSERT OR REPLACE INTO ledger_key VALUES (1, '')",
  ])("%s: the chain proves the right key, which is recorded anew and said", async (sql) => {
    const file = await filled();
    edit(file, sql);
    const log = keepLog();
    const ledger = open(file, RIGHT, log);
    expect(await ledger.since(0, 10)).toHaveLength(3);
    await ledger.close();
    expect(recorded(file)).toBe(fingerprintOf(Buffer.from(RIGHT)));
    expect(log.said.filter((line) => line.includes("fingerprint"))).toHaveLength(sql.startsWith("DELETE") ? 0 : 1);
  });

  test("to that of another key, which still opens nothing", async () => {
    const file = await filled();
    edit(file, `UPDATE ledger_key SET fingerprint = '${fingerprintOf(Buffer.from(WRONG))}'`);
    expect(() => open(file, WRONG)).toThrow("broken at position 0");
  });

  test("of an empty ledger, whose first row proves the key", async () => {
    const file = await filled(0);
    edit(file, "UPDATE ledger_key SET fingerprint = 'x'");
    await open(file, RIGHT).close();
    expect(recorded(file)).toBe(fingerprintOf(Buffer.from(RIGHT)));
  });

  test("a chain that is broken later is not called a wrong key", async () => {
    const file = await filled();
    edit(
      file,
      "DROP TRIGGER event_is_not_edited; UPDATE event SET json = '{}' WHERE position = 2; UPDATE ledger_key SET fingerprint = 'x'",
    );
    expect(() => open(file, RIGHT)).toThrow("broken at position 2");
  });
});

describe("a ledger's own first row", () => {
  const rows = (file: string) => {
    const raw = openDatabase(file, { readonly: true });
    try {
      return raw
        .prepare<[], { position: number; json: string }>("SELECT position, json FROM event ORDER BY position")
        .all();
    } finally {
      raw.close();
    }
  };

  test("holds its id and the key's fingerprint, and is no event", async () => {
    const [one, two] = [await filled(), await filled()];
    const [first, other] = [one, two].map((file) => JSON.parse(rows(file)[0]?.json ?? "{}"));
    expect(first).toMatchObject({ type: "ledger.created", data: { key: fingerprintOf(Buffer.from(RIGHT)) } });
    expect(first.data.ledger).not.toBe(other.data.ledger);
    const ledger = open(one, RIGHT);
    expect((await ledger.since(0, 10)).map(({ position }) => position)).toEqual([1, 2, 3]);
    await ledger.close();
  });

  const INTO = "ATTACH 'OTHER' AS other; DROP TRIGGER event_is_not_edited; DROP TRIGGER event_is_not_removed";
  test.each([
    [
      "its first row is that of another ledger with the same key",
      "DELETE FROM event WHERE position = 0; INSERT INTO event SELECT * FROM other.event WHERE position = 0",
      1,
    ],
    ["its first row is gone", "DELETE FROM event WHERE position = 0", 1],
    [
      "a later row is that of another",
      "DELETE FROM event WHERE position = 2; INSERT INTO event SELECT * FROM other.event WHERE position = 2",
      2,
    ],
    ["its end is that of another", "DELETE FROM head; INSERT INTO head SELECT * FROM other.head", 4],
  ])("shows if %s", async (_what, sql, position) => {
    const [file, other] = [await filled(), await filled()];
    edit(file, `${INTO.replace("OTHER", other)}; ${sql}`);
    expect(() => open(file, RIGHT)).toThrow(`broken at position ${position}`);
  });
});

test("a copy and a ledger that something was archived from carry the fingerprint", async () => {
  const file = await filled();
  const key = Buffer.from(RIGHT);
  const to = `${file}.copy`;
  await backupLedger({ file, to, key });
  expect(recorded(to)).toBe(fingerprintOf(key));
  retainLedger({
    file,
    archive: `${file}.jsonl`,
    key,
    choose: () => ({ streams: new Set<string>(["s.1"]), events: new Set<number>() }),
    note,
  });
  expect(() => open(file, WRONG)).toThrow("is not the key of the ledger");
  const again = openSqliteLedger({ file, key, log: keepLog() });
  await again.close();
});

test("looking at the key leaves no file behind", async () => {
  const file = await filled();
  const before = readdirSync(join(file, "..")).sort();
  checkLedgerKey({ file, fromEnvironment: RIGHT });
  expect(() => checkLedgerKey({ file, fromEnvironment: WRONG })).toThrow("is not the key");
  expect(readdirSync(join(file, "..")).sort()).toEqual(before);
  const none = newFile();
  checkLedgerKey({ file: none, fromEnvironment: undefined });
  expect(readdirSync(join(none, ".."))).toEqual([]);
});
