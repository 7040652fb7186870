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
import { fingerprintOf } from "../../src/adapters/chain/chain.ts";
import { openDatabase } from "../../src/adapters/sqlite/database.ts";
import { readKeyFile } from "../../src/adapters/sqlite/key.ts";
import { openLedger } from "../../src/adapters/sqlite/open-ledger.ts";
import { setAside } from "../../src/adapters/sqlite/whole-ledger.ts";
import { append } from "../support/append.ts";
import { manualClock } from "../support/manual-clock.ts";
import { runProgram } from "../support/run-program.ts";
import { keepLog } from "../support/silent-log.ts";

const directory = mkdtempSync(join(tmpdir(), "names-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

function folderOf(name: string): { readonly folder: string; readonly file: string; readonly config: string } {
  const folder = join(directory, name);
  mkdirSync(folder);
  const config = join(directory, `${name}.yml`);
  writeFileSync(
    config,
    `servers: {prod: {url: 'https://deploy.example.com', approvals: 0}}\nledger: {file: ${folder}/drydock.db}\n`,
  );
  return { folder, file: join(folder, "drydock.db"), config };
}

/** What a power failure would leave at each moment at which the folder's names were brought to the disk. */
function atEachSync<T>(folder: string, look: () => T): T[] {
  const { ino } = statSync(folder);
  const seen: T[] = [];
  const sync = fs.fsyncSync;
  vi.spyOn(fs, "fsyncSync").mockImplementation((to) => {
    sync(to);
    if (fstatSync(to).ino === ino) seen.push(look());
  });
  syncBuiltinESMExports();
  return seen;
}

async function fill(file: string): Promise<void> {
  const ledger = openLedger({ file, fromEnvironment: undefined, clock: manualClock(), log: keepLog() });
  const data = { text: "All is well." };
  await append(ledger, "person.U0ALICE", { id: "e1", v: 1, at: 1, actor: "drydock", type: "person.told", data });
  await ledger.close();
}

test("a new ledger's key and its hint are on the disk under their names", async () => {
  const { folder, file } = folderOf("new");
  const seen = atEachSync(folder, () => readdirSync(folder).filter((name) => /[.](db|key|hint)$/.test(name)));
  await fill(file);
  // The key is there before the ledger that it seals.
  expect(seen[0]).toEqual(["drydock.db.key"]);
  expect(seen.at(-1)).toEqual(["drydock.db", "drydock.db.hint", "drydock.db.key"]);
});

test("a change of the key can be cut off by a power failure at every step", async () => {
  const { folder, file, config } = folderOf("rotated");
  await fill(file);
  const old = fingerprintOf(readKeyFile(`${file}.key`) ?? Buffer.alloc(0));
  const isOld = (path: string) => {
    const key = readKeyFile(path);
    return key && (fingerprintOf(key) === old ? "old" : "new");
  };
  const seen = atEachSync(folder, () => {
    const db = openDatabase(file, { readonly: true });
    const sealed = db.prepare<[], { fingerprint: string }>("SELECT fingerprint FROM ledger_key").get();
    db.close();
    const [key, next, kept] = [".key", ".key.next", `.key.${old}`].map((end) => isOld(`${file}${end}`));
    return { ledger: sealed?.fingerprint === old ? "old" : "new", hint: existsSync(`${file}.hint`), key, next, kept };
  });
  const done = await runProgram(["rotate-key", "--config", config]);
  expect([done.stderr, done.status]).toEqual(["", 0]);
  const none = undefined;
  expect(seen).toEqual([
    { ledger: "old", hint: true, key: "old", next: "new", kept: none },
    // A hint of the old key beside a ledger of the new one would refuse that ledger.
    { ledger: "old", hint: false, key: "old", next: "new", kept: none },
    { ledger: "new", hint: true, key: "old", next: "new", kept: none },
    { ledger: "new", hint: true, key: "old", next: "new", kept: "old" },
    { ledger: "new", hint: true, key: "new", next: none, kept: "old" },
  ]);
});

test("a backup that is reported is on the disk under its name", async () => {
  const { folder, file, config } = folderOf("saved");
  await fill(file);
  const backups = join(folder, "backups");
  mkdirSync(backups);
  const seen = atEachSync(backups, () => existsSync(join(backups, "copy.db")));
  const done = await runProgram(["backup", join(backups, "copy.db"), "--config", config]);
  expect([done.stderr, done.status]).toEqual(["", 0]);
  expect(seen).toEqual([true]);
});

test("a ledger that moved to PostgreSQL has its other name on the disk", async () => {
  const { folder, file } = folderOf("moved");
  await fill(file);
  const seen = atEachSync(folder, () => [existsSync(file), existsSync(`${file}.migrated`)]);
  setAside(file);
  expect(seen).toEqual([[false, true]]);
});
