import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { archivedNote } from "../../src/adapters/sqlite/archived-note.ts";
import { readVerified } from "../../src/adapters/sqlite/read-verified.ts";
import { retainLedger } from "../../src/adapters/sqlite/retain.ts";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import { systemRandom } from "../../src/system.ts";
import { createWriter } from "../features/audit/written-ledger.ts";
import { appendAll } from "../support/append.ts";
import { manualClock } from "../support/manual-clock.ts";
import { runProgram } from "../support/run-program.ts";

// An auditor has the ledger, and a folder of what left it in several runs of retain, before and after a change of its key.

const OLD = "the key that the ledger had at first";
const NEW = "the key that the ledger has by now!!";
const clock = manualClock(Date.UTC(2027, 0, 1));
const folder = mkdtempSync(join(tmpdir(), "audit-archives-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const drydock = (args: readonly string[], key = NEW, more = {}) =>
  runProgram(args, { DRYDOCK_LEDGER_KEY: key, ...more }, clock);
const verify = (file: string, archive: string, key = NEW) =>
  drydock(["audit", "verify", "--ledger", file, "--archive", archive], key);

const [may, june, july] = ["may.jsonl", "june.jsonl", "july.jsonl"] as const;
const archives = join(folder, "archives");
const file = join(folder, "drydock.db");
const backup = join(folder, "backup.db");

/** Rows of one stream leave in each run, with their upgrades. */
function retainRollout(id: string, archive: string, key: string, isOld = false): void {
  const note = archivedNote({ before: 0, archive }, { clock, random: systemRandom });
  retainLedger({
    ...{ file, archive, key: Buffer.from(key) },
    choose: (events) => ({
      streams: new Set([...events].map(({ stream }) => stream).filter((stream) => stream.split(".")[1] === id)),
      events: new Set(),
    }),
    // Older versions recorded no hash.
    note: (left) => {
      const { data, ...event } = note(left) as ReturnType<typeof note> & { data: { sha256?: string } };
      const { sha256: _hash, ...rest } = data;
      return { ...event, data: isOld ? rest : data } as ReturnType<typeof note>;
    },
  });
}

beforeAll(async () => {
  mkdirSync(archives);
  const writer = createWriter();
  writer.rules();
  for (const id of ["prod-1", "prod-2", "prod-3", "prod-4"]) {
    writer.started(id, 2);
    writer.intended(id, 0);
    writer.verified(id, 0);
    writer.ended(id);
  }
  const ledger = openSqliteLedger({ file, key: Buffer.from(OLD) });
  await appendAll(ledger, ...writer.writes);
  await ledger.close();
  retainRollout("prod-1", join(archives, may), OLD);
  retainRollout("prod-2", join(folder, "older.jsonl"), OLD, true);
  retainRollout("prod-3", join(archives, june), OLD);
  expect(await drydock(["backup", backup, "--config", configOf()], OLD)).toMatchObject({ status: 0 });
  const rotated = await drydock(["rotate-key", "--config", configOf()], NEW, { DRYDOCK_LEDGER_KEY_OLD: OLD });
  expect(rotated).toMatchObject({ status: 0, stderr: "" });
  retainRollout("prod-4", join(archives, july), NEW);
});

function configOf(): string {
  const config = join(folder, "drydock.yml");
  writeFileSync(config, `servers: {prod: {url: 'https://deploy.example.com', approvals: 0}}\n`);
  return config;
}

test("a folder of archives is read with the ledger, also those from before its key was changed", async () => {
  const { status, stdout, stderr } = await verify(file, archives);
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("3 rollouts: 3 proven.");
  const lines = stdout.split("\n").filter((line) => line.includes(" archived "));
  expect(lines.map((line) => /into (.*)/.exec(line)?.[1])).toEqual([
    "may.jsonl.",
    "older.jsonl. That archive was not given.",
    "june.jsonl.",
    "july.jsonl.",
  ]);
});

test("an archive that is missing in the middle is named, also by programs, whatever the others are called", async () => {
  const others = join(folder, "others");
  mkdirSync(others);
  copyFileSync(join(archives, may), join(others, "1.jsonl"));
  copyFileSync(join(archives, july), join(others, "2.jsonl"));
  const { stdout } = await verify(file, others);
  expect(stdout.match(/into (\S+)\. That archive was not given\./g)).toEqual([
    "into older.jsonl. That archive was not given.",
    "into june.jsonl. That archive was not given.",
  ]);
  const json = await drydock(["audit", "verify", "--json", "--ledger", file, "--archive", others]);
  const printed = JSON.parse(json.stdout) as { archives: { archive: string; notGiven: boolean }[] };
  expect(printed.archives.filter(({ notGiven }) => notGiven).map(({ archive }) => archive)).toEqual([
    "older.jsonl",
    june,
  ]);
  const absent = await drydock(["audit", "verify", "prod-3", "--ledger", file, "--archive", others]);
  expect(absent.stderr).toContain("prod-3 is archived. Row ");
  expect(absent.stderr).toContain("into june.jsonl.");
});

test("an archive from before a change of the key that has no recorded hash says which key and backup prove it", async () => {
  const old = join(folder, "older.jsonl");
  const { status, stderr } = await verify(file, old);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /Row 9 of the archive \S+older\.jsonl cannot be proven: it was sealed with the key [0-9a-f]{16}, and the ledger has another one since row 33\./,
  );
  const proven = await verify(backup, old, OLD);
  expect([proven.status, proven.stderr]).toEqual([0, ""]);
});

test.each<readonly [string, string, (rows: readonly string[]) => readonly string[], RegExp]>([
  [
    "an edited archive",
    june,
    (rows) => rows.map((row) => row.replace("U0BOB", "U0EVE")),
    /^Row \d+ of the archive \S+ is not what left this ledger/,
  ],
  [
    "an edited archive of the key of today",
    july,
    (rows) => rows.map((r) => r.replace("U0BOB", "U0EVE")),
    /^Row \d+ of/,
  ],
  ["an archive that was cut off", june, (rows) => rows.slice(0, 4), / has 4 of the 7 rows .* june\.jsonl \(row \d+/],
  ["the same under another name", july, (rows) => rows.slice(0, -1), / has 6 of the 7 rows .* july\.jsonl \(row \d+/],
  ["an archive that was cut in a row", july, (rows) => [...rows.slice(0, -1), "{"], /^Line 7 of /],
])("%s is refused", async (what, name, change, said) => {
  const other = join(folder, what.includes("name") ? "renamed.jsonl" : name);
  const rows = readFileSync(join(archives, name), "utf8").trimEnd().split("\n");
  writeFileSync(other, `${change(rows).join("\n")}\n`);
  const { status, stdout, stderr } = await verify(file, other);
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(said);
});

test("a folder may have links to archives, and what cannot be read is named", async () => {
  const links = join(folder, "links");
  mkdirSync(links);
  for (const name of [may, june, july]) symlinkSync(join(archives, name), join(links, name));
  expect((await verify(file, links)).stdout).toContain("3 rollouts: 3 proven.");
  symlinkSync(join(archives, "none.jsonl"), join(links, "none.jsonl"));
  expect((await verify(file, links)).stderr).toMatch(/^Drydock cannot read the archive \S+none\.jsonl \(ENOENT\)\.$/m);
  expect((await verify(file, "a".repeat(300))).stderr).toMatch(
    /^Drydock cannot read the archive a+ \(ENAMETOOLONG\)\.$/m,
  );
});

test("an archive that is changed after its hash was checked is not read as the one that was recorded", () => {
  const other = join(folder, "changing.jsonl");
  copyFileSync(join(archives, june), other);
  const recorded = readVerified(
    { file, fromEnvironment: NEW },
    ({ events }) => {
      const actors = () => [...events()].flatMap((row) => ("actor" in row ? row.actor : []));
      expect(actors()).not.toContain("U0EVE");
      writeFileSync(other, readFileSync(other, "utf8").replaceAll('\\"actor\\":\\"drydock', '\\"actor\\":\\"U0EVE'));
      expect(actors).toThrow(`The archive ${other} changed while Drydock read it.`);
      return true;
    },
    other,
  );
  expect(recorded).toBe(true);
});

test("a folder without an archive, and one with another file in it, are named", async () => {
  const empty = join(folder, "empty");
  mkdirSync(empty);
  expect((await verify(file, empty)).stderr).toContain(`The folder ${empty} has no archive in it.`);
  const note = join(empty, "note.txt");
  writeFileSync(note, "from the auditor\n");
  expect((await verify(file, empty)).stderr).toContain(`Line 1 of ${note} is no row of an archive`);
  renameSync(note, join(folder, basename(note)));
});
