import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { backupLedger } from "../../src/adapters/sqlite/backup.ts";
import { lockLedger } from "../../src/adapters/sqlite/lock.ts";
import { openLedger } from "../../src/adapters/sqlite/open-ledger.ts";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import { LedgerLost } from "../../src/model/ledger-port.ts";
import { append } from "../support/append.ts";
import { manualClock } from "../support/manual-clock.ts";
import { keepLog } from "../support/silent-log.ts";
import { anEvent } from "./ledger.contract.ts";

const directory = mkdtempSync(join(tmpdir(), "ledger-files-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const key = Buffer.from("a key of the tests, which is long enough");
let folders = 0;

function newFile(): string {
  folders += 1;
  mkdirSync(join(directory, String(folders)));
  return join(directory, String(folders), "drydock.db");
}

const open = (file: string) =>
  openLedger({ file, fromEnvironment: key.toString(), clock: manualClock(), log: keepLog() });

function modesIn(file: string): Readonly<Record<string, string>> {
  const folder = join(file, "..");
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, (statSync(join(folder, name)).mode & 0o777).toString(8)]),
  );
}

describe("nobody but the owner can read", () => {
  const all = {
    "drydock.db": "600",
    "drydock.db-shm": "600",
    "drydock.db-wal": "600",
    "drydock.db.hint": "600",
    "drydock.db.lock": "600",
  };

  test("the ledger and what is beside it", async () => {
    const file = newFile();
    const lock = lockLedger(file, 1);
    const ledger = open(file);
    await append(ledger, "s.1", anEvent());
    const modes = modesIn(file);
    expect(modes).toMatchObject(all);
    expect(Object.values(modes).every((mode) => mode === "600")).toBe(true);
    await backupLedger({ file, to: `${file}.copy`, key });
    expect(modesIn(file)).toMatchObject({ ...all, "drydock.db.copy": "600" });
    await ledger.close();
    lock.release();
  });

  test("what an older Drydock left open to others", async () => {
    const file = newFile();
    await open(file).close();
    lockLedger(file, 1).release();
    for (const name of ["", ".lock"]) chmodSync(`${file}${name}`, 0o664);
    for (const name of ["-wal", "-shm"]) writeFileSync(`${file}${name}`, "", { mode: 0o644 });
    const lock = lockLedger(file, 1);
    const ledger = open(file);
    await append(ledger, "s.1", anEvent());
    expect(modesIn(file)).toMatchObject(all);
    await ledger.close();
    lock.release();
  });
});

describe("the lock holds", () => {
  test("by a symbolic link to the file or to its folder", async () => {
    const file = newFile();
    await open(file).close();
    const lock = lockLedger(file, 1);
    const other = newFile();
    symlinkSync(file, other);
    expect(() => lockLedger(other, 1)).toThrow("in use by process");
    const folder = join(directory, "linked");
    symlinkSync(join(file, ".."), folder);
    expect(() => lockLedger(join(folder, "drydock.db"), 1)).toThrow("in use by process");
    lock.release();
    lockLedger(other, 1).release();
    expect(existsSync(`${other}.lock`)).toBe(false);
  });

  test("by a hard link", async () => {
    const file = newFile();
    await open(file).close();
    const lock = lockLedger(file, 1);
    const other = newFile();
    linkSync(file, other);
    expect(() => lockLedger(other, 1)).toThrow("has 2 names");
    lock.release();
    expect(() => lockLedger(file, 1)).toThrow("has 2 names");
    rmSync(other);
    lockLedger(file, 1).release();
  });

  test("not for a link to a file that does not exist: its disk may be missing", () => {
    const file = newFile();
    symlinkSync(join(file, "..", "none.db"), file);
    expect(() => lockLedger(file, 1)).toThrow("is a link to a file that does not exist");
  });
});

describe("a backup", () => {
  async function filled(): Promise<string> {
    const file = newFile();
    const ledger = open(file);
    await append(ledger, "s.1", anEvent());
    await ledger.close();
    return file;
  }

  test("follows no link that somebody prepared", async () => {
    const file = await filled();
    const to = `${file}.copy`;
    const victim = `${file}.victim`;
    writeFileSync(victim, "precious");
    symlinkSync(victim, `${to}.partial`);
    await backupLedger({ file, to, key });
    expect(readFileSync(victim, "utf8")).toBe("precious");
    expect(readdirSync(join(file, "..")).filter((name) => name.includes("partial"))).toEqual([]);
    await openSqliteLedger({ file: to, key }).close();
  });

  test("is not written through a link in its own place, also where that leads nowhere", async () => {
    const file = await filled();
    symlinkSync(`${file}.nowhere`, `${file}.copy`);
    await expect(backupLedger({ file, to: `${file}.copy`, key })).rejects.toThrow("is there already");
    expect(existsSync(`${file}.nowhere`)).toBe(false);
  });
});

describe("a ledger that is moved or replaced while it is open", () => {
  test.each([
    ["moved", (file: string) => renameSync(file, `${file}.away`)],
    ["removed", (file: string) => rmSync(file)],
    [
      "replaced by a copy of itself",
      (file: string) => {
        copyFileSync(file, `${file}.copy`);
        renameSync(`${file}.copy`, file);
      },
    ],
  ])("%s: gives no turn and no check", async (_what, spoil) => {
    const file = newFile();
    const ledger = open(file);
    await append(ledger, "s.1", anEvent());
    spoil(file);
    await expect(append(ledger, "s.1", anEvent())).rejects.toThrow(LedgerLost);
    await expect(ledger.check()).rejects.toThrow("its file was moved or replaced");
    await ledger.close();
  });

  test("moved back: goes on", async () => {
    const file = newFile();
    const ledger = open(file);
    await append(ledger, "s.1", anEvent());
    renameSync(file, `${file}.away`);
    await expect(ledger.check()).rejects.toThrow(LedgerLost);
    renameSync(`${file}.away`, file);
    await ledger.check();
    expect(await append(ledger, "s.1", anEvent())).toMatchObject([{ position: 2 }]);
    await ledger.close();
  });
});
