import fs, {
  existsSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { openDatabase } from "../../src/adapters/sqlite/database.ts";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import { append } from "../support/append.ts";
import { runProgram } from "../support/run-program.ts";

const KEY = "a key of the tests, which is long enough";
const directory = mkdtempSync(join(tmpdir(), "archive-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

test("an archive and its name are on the disk before its rows leave the ledger", async () => {
  const file = join(directory, "drydock.db");
  const archives = join(directory, "archives");
  mkdirSync(archives);
  const config = join(directory, "drydock.yml");
  writeFileSync(config, "servers: {prod: {url: 'https://deploy.example.com', approvals: 0}}\n");
  const ledger = openSqliteLedger({ file, key: Buffer.from(KEY) });
  const told = {
    id: "e1",
    v: 1,
    at: 1,
    actor: "drydock",
    type: "person.told",
    data: { text: "All is well." },
  } as const;
  await append(ledger, "person.U0ALICE", told);
  await ledger.close();

  const folder = statSync(archives).ino;
  const present: unknown[] = [];
  const named: boolean[] = [];
  const archive = join(archives, "old.jsonl");
  const sync = fs.fsyncSync;
  vi.spyOn(fs, "fsyncSync").mockImplementation((to) => {
    if (fstatSync(to).ino === folder) named.push(existsSync(archive));
    else if (readdirSync(archives).length > 0 && present.length === 0) named.push(existsSync(archive));
    sync(to);
    if (fstatSync(to).ino !== folder) return;
    const db = openDatabase(file, { readonly: true });
    present.push(db.prepare("SELECT stream FROM event WHERE stream LIKE 'person.%' AND json <> ''").all());
    db.close();
  });
  syncBuiltinESMExports();
  const words = ["retain", "--before", "1971-01-01", "--archive", archive, "--config", config];
  const done = await runProgram(words, { DRYDOCK_LEDGER_KEY: KEY });
  expect([done.stderr, done.status]).toEqual(["", 0]);
  expect(named, "a program that is killed leaves no half of it under its name").toEqual([false, true]);
  expect(readdirSync(archives)).toEqual(["old.jsonl"]);
  expect(present).toEqual([[{ stream: "person.U0ALICE" }]]);
});
