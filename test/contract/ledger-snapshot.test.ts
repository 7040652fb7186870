import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { checkAside } from "../../src/adapters/sqlite/check-aside.ts";
import { openDatabase } from "../../src/adapters/sqlite/database.ts";
import { type Hint, writeHint } from "../../src/adapters/sqlite/hint.ts";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import { OperatorError } from "../../src/core/ports.ts";
import { type Ledger, LedgerBroken } from "../../src/model/ledger-port.ts";
import { anEdit } from "../support/an-edit.ts";
import { append } from "../support/append.ts";
import { runs } from "../support/runs.ts";
import { keepLog } from "../support/silent-log.ts";
import { anEvent } from "./ledger.contract.ts";

const directory = mkdtempSync(join(tmpdir(), "ledger-snapshot-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const KEY = Buffer.from("a key of the tests, which is long enough");
const STATE = { rollouts: new Map([["prod-1", { at: undefined, n: 1 }]]) };
const KEPT = 25;
const PAGE = 4_096;
let made = 0;

function file(): string {
  made += 1;
  mkdirSync(join(directory, String(made)));
  return join(directory, String(made), "drydock.db");
}

function open(path: string, { build = "1", key = KEY, log = keepLog(), accepted = false } = {}): Ledger {
  const onEnd = (end: Hint) => writeHint(path, end);
  return openSqliteLedger({ file: path, key, log, build, accepted, onEnd });
}

/** 50 rows, and a snapshot of the first 25. */
async function filled(path = file()): Promise<string> {
  const ledger = open(path);
  for (let i = 0; i < 50; i += 1) {
    await append(ledger, `s.${i % 3}`, anEvent());
    if (i + 1 === KEPT) ledger.keep?.({ position: KEPT, state: STATE });
  }
  await ledger.close();
  return path;
}

test("a snapshot is handed back at the next start, and is for its owner alone", async () => {
  const path = await filled();
  const ledger = open(path);
  expect(ledger.snapshot).toMatchObject({ position: KEPT, state: STATE });
  expect(statSync(`${path}.snapshot`).mode & 0o777).toBe(0o600);
  expect(await ledger.since(KEPT, 100)).toHaveLength(25);
  await ledger.older?.verify(new Map([["s.0", 17]]));
  await ledger.older?.verifyAll();
  await ledger.close();
});

test("closed while its pages are checked, it leaves no process behind, and finds nothing", async () => {
  const path = await filled();
  const processes = () => process.getActiveResourcesInfo().filter((one) => one === "ProcessWrap").length;
  const before = processes();
  const ledger = openSqliteLedger({ file: path, key: KEY, build: "1", checkAside });
  const verified = ledger.older?.verifyAll();
  expect(processes()).toBe(before + 1);
  await ledger.close();
  // What has ended is counted until this turn and the next one are over.
  await setImmediate();
  await setImmediate();
  expect(processes()).toBe(before);
  await expect(verified).resolves.toBeUndefined();
});

test.each<[string, (path: string) => void, Parameters<typeof open>[1], string]>([
  ["edited", (path) => edit(`${path}.snapshot`, 100), {}, "it was edited, or is of another key"],
  ["cut", (path) => writeFileSync(`${path}.snapshot`, "drydock"), {}, "it was edited, or is of another key"],
  ["of another build", () => {}, { build: "2" }, "another version of Drydock wrote it"],
])("a snapshot that is %s is not used, which the log says once", async (_, change, given, why) => {
  const path = await filled();
  change(path);
  const log = keepLog();
  const ledger = open(path, { ...given, log });
  expect(ledger.snapshot).toBeUndefined();
  expect(ledger.older).toBeUndefined();
  expect(log.said.filter((line) => line.includes("snapshot"))).toHaveLength(1);
  expect(log.said.join()).toContain(why);
  await ledger.close();
});

test("a snapshot of another ledger, of a longer one, or from before a person accepted the ledger is not used", async () => {
  const [path, other] = [await filled(), await filled()];
  copyFileSync(`${other}.snapshot`, `${path}.snapshot`);
  const ledger = open(path);
  expect(ledger.snapshot).toBeUndefined();
  ledger.keep?.({ position: 50, state: STATE });
  await ledger.close();
  const accepted = open(path, { accepted: true });
  expect(accepted.snapshot).toBeUndefined();
  await accepted.close();
  const short = open(file());
  await append(short, "s.1", anEvent());
  await short.close();
});

test("an edited row behind the snapshot is named, and the next start checks the whole ledger", async () => {
  const path = await filled();
  raw(path, "UPDATE event SET json = replace(json, 'event', 'Event') WHERE position = 7");
  const ledger = open(path);
  await expect(ledger.older?.verify(new Map([["s.0", 17]]))).rejects.toThrow("broken at position 7");
  await ledger.close();
  expect(existsSync(`${path}.snapshot`)).toBe(false);
  expect(() => open(path)).toThrow("broken at position 7");
});

test.each<[string, (ledger: Ledger) => Promise<unknown>]>([
  ["its stream", (ledger) => ledger.read("s.0")],
  ["all streams below a name", (ledger) => ledger.readBelow("s.")],
])(
  "an edited row that is met while Drydock reads %s is named, and the next start checks the whole ledger",
  async (_, read) => {
    const path = await filled();
    raw(path, "UPDATE event SET json = replace(json, 'event', 'Event') WHERE position = 7");
    const ledger = open(path);
    const fault = await read(ledger).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(LedgerBroken);
    expect(String(fault)).toContain("broken at position 7");
    ledger.keep?.({ position: 50, state: STATE });
    await ledger.close();
    expect(existsSync(`${path}.snapshot`)).toBe(false);
  },
);

test("a page behind the snapshot that cannot be read any more is a broken ledger, not a mistake in Drydock", async () => {
  const original = file();
  const full = open(original);
  await append(full, "s.0", ...Array.from({ length: 100 }, anEvent));
  full.keep?.({ position: 100, state: STATE });
  await full.close();
  const pages = statSync(original).size / PAGE;
  const faults = new Set<string>();
  for (let page = 1; page < pages; page += 1) {
    const path = file();
    for (const end of ["", ".snapshot", ".hint"]) copyFileSync(original + end, path + end);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0xff, page * PAGE, page * PAGE + 100));
    try {
      const ledger = open(path);
      await ledger.read("s.0").catch((error: Error) => faults.add(error.name));
      await ledger.close();
    } catch (error) {
      expect(error).toBeInstanceOf(OperatorError);
    }
  }
  expect([...faults]).toEqual(["LedgerBroken"]);
});

test("a row behind the snapshot that was removed is found", async () => {
  for (const where of ["position = 9", "stream = 's.0' AND position < 26", "stream = 's.0'"]) {
    const path = await filled();
    raw(path, `DELETE FROM event WHERE ${where}`);
    const found = async () => {
      const ledger = open(path);
      try {
        await ledger.older?.verifyAll();
      } finally {
        await ledger.close();
      }
    };
    await expect(found()).rejects.toThrow(OperatorError);
  }
});

test("after any edit or cut, the ledger is refused or found broken, or nothing has changed", async () => {
  const original = await filled();
  const untouched = open(original);
  const events = await untouched.since(0, 1_000);
  await untouched.close();
  const [older, other] = [file(), await filled()];
  copyFileSync(original, older);
  await fc.assert(
    fc.asyncProperty(anEdit({ older, other }), async (change) => {
      const path = file();
      copyFileSync(original, path);
      for (const end of [".snapshot", ".hint"]) copyFileSync(original + end, path + end);
      change(path);
      try {
        const ledger = open(path);
        try {
          await ledger.older?.verifyAll();
          expect(await ledger.since(0, 1_000)).toEqual(events);
          for (const name of ["s.0", "s.1", "s.2"])
            expect(await ledger.read(name)).toEqual(events.filter(({ stream }) => stream === name));
        } finally {
          await ledger.close();
        }
      } catch (error) {
        expect(error).toBeInstanceOf(OperatorError);
      } finally {
        rmSync(join(path, ".."), { recursive: true });
      }
    }),
    { numRuns: runs(60, 1_000) },
  );
});

function edit(path: string, at: number): void {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

function raw(path: string, sql: string): void {
  const db = openDatabase(path);
  db.exec(`DROP TRIGGER event_is_not_edited; DROP TRIGGER event_is_not_removed; ${sql}`);
  db.close();
}
