import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import { append } from "../support/append.ts";

const directory = mkdtempSync(join(tmpdir(), "full-disk-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const KEY = "a key of the tests, which is long enough";
const PERSON = "person.U0ALICE";
const YEAR = 365 * 24 * 60 * 60_000;

/** For a program that may write no file beyond so many bytes, a disk is as good as full. */
function withFilesUpTo(bytes: number, args: readonly string[], stdout: "pipe" | number = "pipe") {
  const script = `ulimit -f ${Math.ceil(bytes / 512)}; exec node "$@"`;
  const env = { PATH: process.env.PATH ?? "", DRYDOCK_LEDGER_KEY: KEY };
  return spawnSync("sh", ["-c", script, "sh", ...args], {
    env,
    stdio: ["ignore", stdout, "pipe"],
    encoding: "utf8",
    timeout: 60_000,
  });
}

/** A ledger in which a person was told these texts, so many years after 1970. */
async function ledgerOf(name: string, texts: readonly string[], yearOf = (i: number) => i) {
  const file = join(directory, `${name}.db`);
  const ledger = openSqliteLedger({ file, key: Buffer.from(KEY) });
  const events = texts.map(
    (text, i) =>
      ({ id: `e${i}`, v: 1, at: yearOf(i) * YEAR, actor: "drydock", type: "person.told", data: { text } }) as const,
  );
  await append(ledger, PERSON, ...events);
  await ledger.close();
  const config = join(directory, `${name}.yml`);
  const servers = "servers: {prod: {url: 'https://deploy.example.com', approvals: 0}}";
  writeFileSync(config, `ledger: {file: ./${name}.db}\n${servers}\n`);
  const archive = join(directory, `${name}.jsonl`);
  const retain = (before: string) => [
    "dist/src/main.js",
    "retain",
    "--before",
    before,
    "--archive",
    archive,
    "--config",
    config,
  ];
  return { file, archive, retain };
}

async function rowsOf(file: string): Promise<number> {
  const ledger = openSqliteLedger({ file, key: Buffer.from(KEY) });
  const rows = await ledger.read(PERSON);
  await ledger.close();
  return rows.length;
}

test("retain that has no room to make the ledger's file smaller has archived all the same, and says so", async () => {
  const { file, archive, retain } = await ledgerOf("large", ["All is well.", ...Array(100).fill("x".repeat(4_000))]);
  const { status, stdout, stderr } = withFilesUpTo(statSync(file).size, retain("1970-06-01"));
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("1 rows of what people typed and read, archived out of the ledger");
  expect(stdout).toContain("could not be made smaller");
  expect(readFileSync(archive, "utf8")).toContain("All is well.");
  expect(await rowsOf(file)).toBe(100);
});

test("an archive for which the disk has no room is removed, and the ledger is as it was", async () => {
  const { file, archive, retain } = await ledgerOf("kept", Array(100).fill("x".repeat(4_000)));
  const { status } = withFilesUpTo(100_000, retain("2026-01-01"));
  expect([status, existsSync(archive)]).toEqual([1, false]);
  expect(await rowsOf(file)).toBe(100);
});

test("retain that has no room to remove what it archived ends with the same archive the next time", async () => {
  const { file, archive, retain } = await ledgerOf("cut-short", Array(200).fill("x".repeat(1_000)), (i) =>
    i % 2 ? 100 : i / 4,
  );
  const full = withFilesUpTo(200_000, retain("2026-01-01"));
  expect([full.status, full.stderr]).toEqual([1, expect.stringContaining("try again.")]);
  expect(await rowsOf(file)).toBe(200);
  const written = readFileSync(archive, "utf8");
  const other = withFilesUpTo(10_000_000, retain("1990-01-01"));
  expect([other.status, other.stderr]).toEqual([1, expect.stringContaining("is there already")]);
  const { status, stdout, stderr } = withFilesUpTo(10_000_000, retain("2026-01-01"));
  expect([status, stderr, stdout]).toEqual([0, "", expect.stringContaining("100 rows of what people typed")]);
  expect([readFileSync(archive, "utf8"), await rowsOf(file)]).toEqual([written, 100]);
});

test("a log that takes no more lines does not end the program", () => {
  const log = join(directory, "log");
  const program = `
    import { createLog } from "./dist/src/log.js";
    const log = createLog("info");
    for (let i = 0; i < 100; i += 1) log.info({ i }, "a line");
    setTimeout(() => {
      log.info("another line");
      process.exitCode = 7;
    }, 10);`;
  const { status, stderr } = withFilesUpTo(512, ["--input-type=module", "-e", program], openSync(log, "w"));
  expect([status, stderr]).toEqual([7, ""]);
  expect(readFileSync(log, "utf8")).toContain("a line");
});

test("retain that has room for half of its last row archives nothing, and takes nothing out of the ledger", async () => {
  const { file, archive, retain } = await ledgerOf("half", ["x".repeat(400_000), "y"]);
  const { status, stdout } = withFilesUpTo(200_000, retain("1970-06-01"));
  expect([status, stdout]).toEqual([1, ""]);
  expect(existsSync(archive)).toBe(false);
  expect(await rowsOf(file)).toBe(2);
});
