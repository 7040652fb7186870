import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openLedger } from "../../src/adapters/sqlite/open-ledger.ts";
import { OperatorError } from "../../src/core/ports.ts";
import type { StoredEvent } from "../../src/model/events.ts";
import { anEdit } from "../support/an-edit.ts";
import { append } from "../support/append.ts";
import { manualClock } from "../support/manual-clock.ts";
import { runs } from "../support/runs.ts";
import { keepLog } from "../support/silent-log.ts";
import { anEvent } from "./ledger.contract.ts";

const directory = mkdtempSync(join(tmpdir(), "ledger-random-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const KEY = "a key of the tests, which is long enough";
const STREAMS = ["s.0", "s.1", "s.2", "s.over"];
let events: readonly StoredEvent[] = [];
let made = 0;

function folder(): string {
  made += 1;
  const path = join(directory, String(made));
  mkdirSync(path);
  return path;
}

function open(file: string, log = keepLog()) {
  return openLedger({ file, fromEnvironment: KEY, clock: manualClock(), log });
}

async function fill(file: string): Promise<readonly StoredEvent[]> {
  const ledger = open(file);
  for (let i = 0; i < 40; i += 1) await append(ledger, `s.${i % 3}`, anEvent());
  await append(ledger, "s.over", anEvent(true));
  const all = await ledger.since(0, 1_000);
  await ledger.close();
  return all;
}

const [original, older, other] = ["original.db", "older.db", "other.db"].map((name) => join(directory, name)) as [
  string,
  string,
  string,
];

beforeAll(async () => {
  await fill(original);
  copyFileSync(original, older);
  const ledger = open(original);
  for (let i = 0; i < 9; i += 1) await append(ledger, `s.${i % 3}`, anEvent());
  events = await ledger.since(0, 1_000);
  await ledger.close();
  await fill(other);
});

test("after any edit, cut or exchange the ledger is refused with a sentence, or nothing has changed", async () => {
  await fc.assert(
    fc.asyncProperty(anEdit({ older, other }), async (change) => {
      const path = folder();
      const file = join(path, "drydock.db");
      copyFileSync(original, file);
      copyFileSync(`${original}.hint`, `${file}.hint`);
      change(file);
      try {
        await expectUnchanged(file);
      } finally {
        rmSync(path, { recursive: true });
      }
    }),
    { numRuns: runs(60, 1_000) },
  );
});

async function expectUnchanged(file: string): Promise<void> {
  let ledger: ReturnType<typeof open>;
  try {
    ledger = open(file);
  } catch (error) {
    expect(error).toBeInstanceOf(OperatorError);
    return;
  }
  expect(await ledger.since(0, 1_000)).toEqual(events);
  for (const name of STREAMS) expect(await ledger.read(name)).toEqual(events.filter(({ stream }) => stream === name));
  expect(await append(ledger, "s.1", anEvent())).toMatchObject([{ position: events.length + 1 }]);
  await expect(append(ledger, "s.over", anEvent())).rejects.toThrow("closed");
  await ledger.close();
  await open(file).close();
}
