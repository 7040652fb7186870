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
import { afterAll, describe, expect, test } from "vitest";
import { acceptLedger, toAccept } from "../../src/adapters/sqlite/accept.ts";
import { backupLedger } from "../../src/adapters/sqlite/backup.ts";
import { openDatabase } from "../../src/adapters/sqlite/database.ts";
import { openLedger } from "../../src/adapters/sqlite/open-ledger.ts";
import { osUser } from "../../src/adapters/sqlite/os-user.ts";
import { retainLedger } from "../../src/adapters/sqlite/retain.ts";
import { systemRandom } from "../../src/system.ts";
import { append } from "../support/append.ts";
import { note } from "../support/archived-note.ts";
import { manualClock } from "../support/manual-clock.ts";
import { keepLog } from "../support/silent-log.ts";
import { anEvent } from "./ledger.contract.ts";

const directory = mkdtempSync(join(tmpdir(), "ledger-hint-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const KEY = "a key of the tests, which is long enough";
const SECOND = 1_000;
let folders = 0;

function newFile(): string {
  folders += 1;
  mkdirSync(join(directory, String(folders)));
  return join(directory, String(folders), "drydock.db");
}

function open(file: string, clock = manualClock()) {
  return openLedger({ file, fromEnvironment: KEY, clock, log: keepLog() });
}

async function filled(file = newFile()): Promise<string> {
  const ledger = open(file);
  for (let i = 0; i < 5; i += 1) await append(ledger, "s.1", anEvent());
  await ledger.close();
  return file;
}

function hintOf(file: string): { readonly position: number; readonly link: string; readonly at: number } {
  return JSON.parse(readFileSync(`${file}.hint`, "utf8"));
}

function edit(file: string, sql: string): void {
  const raw = openDatabase(file);
  raw.exec(sql);
  raw.close();
}

describe("the hint beside the ledger", () => {
  test("is written at most every 10 s, and when the ledger is closed, for its owner alone", async () => {
    const file = newFile();
    const clock = manualClock();
    const ledger = open(file, clock);
    for (let i = 0; i < 3; i += 1) {
      await append(ledger, "s.1", anEvent());
      await clock.advance(3 * SECOND);
      expect(hintOf(file).position).toBe(0);
    }
    await clock.advance(SECOND);
    expect(hintOf(file).position).toBe(3);
    await append(ledger, "s.1", anEvent());
    await append(ledger, "s.1", anEvent());
    await ledger.close();
    const raw = openDatabase(file, { readonly: true });
    const row = raw.prepare<[], { link: string }>("SELECT link FROM event WHERE position = 5").get();
    raw.close();
    expect(hintOf(file)).toEqual({ position: 5, link: row?.link, at: expect.any(Number) });
    expect(statSync(`${file}.hint`).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.hint.new`)).toBe(false);
  });

  test("is made for a ledger of before, and a ledger that goes on behind it is no less right", async () => {
    const file = await filled();
    rmSync(`${file}.hint`);
    await open(file).close();
    const { position } = hintOf(file);
    expect(position).toBe(5);
    const old = readFileSync(`${file}.hint`);
    await append(open(file), "s.1", anEvent());
    writeFileSync(`${file}.hint`, old);
    await open(file).close();
    expect(hintOf(file).position).toBe(6);
  });
});

const CUT = "DROP TRIGGER event_is_not_edited; DROP TRIGGER event_is_not_removed; DELETE FROM event; DELETE FROM head";

describe("a ledger that lacks what its hint recorded is not opened without a person's acceptance", () => {
  const ways: readonly (readonly [string, (file: string) => Promise<void>])[] = [
    ["missing", async (file) => rmSync(file)],
    ["an empty file", async (file) => writeFileSync(file, "")],
    ["a database without rows", async (file) => edit(file, CUT)],
    [
      "an older copy",
      async (file) => {
        const copy = `${file}.copy`;
        await backupLedger({ file, to: copy, key: Buffer.from(KEY) });
        const ledger = open(file);
        await append(ledger, "s.1", anEvent());
        await ledger.close();
        copyFileSync(copy, file);
      },
    ],
    [
      "another ledger with the same key",
      async (file) => {
        const other = await filled();
        copyFileSync(other, file);
      },
    ],
  ];

  test.each(ways)("%s", async (_what, spoil) => {
    const file = await filled();
    await spoil(file);
    const before = existsSync(file) ? readFileSync(file) : undefined;
    const start = () => open(file);
    expect(start).toThrow("which this ledger does not have");
    expect(start).toThrow(`drydock accept-ledger ${file}`);
    const retain = () =>
      retainLedger({
        file,
        archive: `${file}.jsonl`,
        key: Buffer.from(KEY),
        choose: () => ({ streams: new Set<string>(["s.1"]), events: new Set<number>() }),
        note,
      });
    expect(retain).toThrow(/does not have|no ledger/);
    expect(existsSync(file) ? readFileSync(file).length : undefined).toBe(before?.length);

    const clock = manualClock();
    const what = toAccept(file);
    if (!what) throw new Error("There is something to accept.");
    await acceptLedger({ file, fromEnvironment: KEY, clock, random: systemRandom, log: keepLog() }, what);
    expect(toAccept(file)).toBeUndefined();
    const ledger = open(file);
    const all = await ledger.since(0, 100);
    expect(all).toHaveLength(what.found.position + 1);
    const accepted = { type: "ledger.accepted", actor: `operator:${osUser()}` };
    expect(all.at(-1)).toMatchObject({ ...accepted, data: { had: what.had, found: what.found } });
    await ledger.close();
  });

  test("and stays so if its acceptance cannot be recorded", async () => {
    const file = await filled();
    edit(file, CUT);
    const what = toAccept(file);
    if (!what) throw new Error("There is something to accept.");
    const before = hintOf(file);
    const id = () => {
      throw new Error("No id can be had.");
    };
    const accepting = {
      file,
      fromEnvironment: KEY,
      clock: manualClock(),
      random: { ...systemRandom, id },
      log: keepLog(),
    };
    await expect(acceptLedger(accepting, what)).rejects.toThrow("No id can be had.");
    expect(hintOf(file)).toEqual(before);
    expect(toAccept(file)).toEqual(what);
  });

  test("a hint that Drydock did not write", async () => {
    const file = await filled();
    writeFileSync(`${file}.hint`, "{}");
    expect(() => open(file)).toThrow("cannot be read");
    expect(toAccept(file)).toMatchObject({ had: null, found: { position: 5 } });
  });
});
