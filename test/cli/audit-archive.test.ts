import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import { createWriter } from "../features/audit/written-ledger.ts";
import { appendAll } from "../support/append.ts";
import { manualClock } from "../support/manual-clock.ts";
import { runProgram } from "../support/run-program.ts";

const KEY = "a key of the tests, which is long enough";
const folder = mkdtempSync(join(tmpdir(), "audit-archive-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const [file, archive, config] = ["drydock.db", "old.jsonl", "drydock.yml"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];

const drydock = (...args: readonly string[]) =>
  runProgram([...args, "--config", config], { DRYDOCK_LEDGER_KEY: KEY }, manualClock(Date.UTC(2027, 0, 1)));

/** The ledger before anything left it, as it is exported. */
let before = "";

async function exported(name: string, ...words: readonly string[]): Promise<string> {
  const to = join(folder, `${name}.jsonl`);
  expect(await drydock("audit", "export", to, ...words)).toMatchObject({ status: 0, stderr: "" });
  return readFileSync(to, "utf8");
}

beforeAll(async () => {
  writeFileSync(config, "servers: {prod: {url: 'https://deploy.example.com', approvals: 0}}\n");
  const writer = createWriter();
  writer.rules();
  for (const id of ["prod-1", "prod-2"]) {
    writer.started(id, 2);
    writer.intended(id, 0);
    writer.verified(id, 0);
    if (id === "prod-1") writer.ended(id);
  }
  const ledger = openSqliteLedger({ file, key: Buffer.from(KEY) });
  await appendAll(ledger, ...writer.writes);
  await ledger.close();
  before = await exported("before");
  expect((await drydock("retain", "--before", "2026-12-01", "--archive", archive)).status).toBe(0);
});

test("without its archive an audit cannot read a rollout, and says where it is", async () => {
  const { status, stderr } = await drydock("audit", "verify", "prod-1");
  expect(status).toBe(1);
  expect(stderr).toContain("prod-1 is archived.");
  expect(stderr).toContain("into old.jsonl. To read it there, add --archive FILE.");
});

test("with its archive an audit reads the whole ledger, as it was", async () => {
  const inArchive = ["--archive", archive];
  const verified = await drydock("audit", "verify", "prod-1", ...inArchive);
  expect([verified.status, verified.stderr]).toEqual([0, ""]);
  expect(verified.stdout).toContain("1 rollout: 1 proven.");
  expect(verified.stdout).not.toContain("the audit cannot read them");
  expect((await drydock("audit", "report", "prod-1", ...inArchive)).stdout).toContain("<title>prod-1: audit</title>");
  const lines = (await exported("after", ...inArchive)).trimEnd().split("\n");
  expect(lines.slice(0, -1)).toEqual(before.trimEnd().split("\n"));
  expect(lines.at(-1)).toContain('"ledger.archived"');
});

test.each<readonly [string, (rows: readonly string[]) => readonly string[], string]>([
  ["was edited", (rows) => rows.map((row) => row.replace("U0BOB", "U0EVE")), "Row 2 of the archive"],
  ["has rows in another order", (rows) => [...rows].reverse(), "is not what left this ledger"],
  ["has a row of its own", (rows) => [...rows, rows[0]?.replace('"position":2', '"position":99') ?? ""], "Row 99"],
  ["is something else", () => ["rows"], "Line 1 of"],
])("an archive that %s is refused", async (_what, change, said) => {
  const other = join(folder, "other.jsonl");
  const rows = readFileSync(archive, "utf8").trimEnd().split("\n");
  writeFileSync(other, `${change(rows).join("\n")}\n`);
  const { status, stdout, stderr } = await drydock("audit", "verify", "--archive", other);
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(said);
});

test("an archive that is not there is named", async () => {
  const { stderr } = await drydock("audit", "verify", "--archive", join(folder, "none.jsonl"));
  expect(stderr).toMatch(/Drydock cannot read the archive .*none\.jsonl \(ENOENT\)\./);
});
