import { randomBytes } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, inject, test } from "vitest";
import { createKeyring } from "../../src/adapters/chain/keyring.ts";
import { openDatabase } from "../../src/adapters/sqlite/database.ts";
import { lockLedger } from "../../src/adapters/sqlite/lock.ts";
import { openLedger } from "../../src/adapters/sqlite/open-ledger.ts";
import { openSqliteSecrets, readSealed } from "../../src/adapters/sqlite/sqlite-secrets.ts";
import { Secret } from "../../src/core/secret.ts";
import { systemClock } from "../../src/system.ts";
import { anEvent } from "../contract/ledger.contract.ts";
import { append } from "../support/append.ts";
import { describe, useOwnPostgres } from "../support/postgres.ts";
import { openReplica } from "../support/postgres-ledger.ts";
import { runProgram } from "../support/run-program.ts";
import { keepLog } from "../support/silent-log.ts";

const directory = mkdtempSync(join(tmpdir(), "migrate-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const KEY = "a key of the tests, which is long enough";
/** What is archived is older. */
const LATER = Date.UTC(2030, 0, 1);
const postgres = useOwnPostgres();
const ROWS = ["position", "stream", "seq", "id", "json", "link", "pruned"].join(", ");

/** A ledger with some events, an archived stream and a person's token; `run` moves it. */
async function filled(name: string) {
  const file = join(directory, `${name}.db`);
  const config = join(directory, `${name}.yml`);
  writeFileSync(
    config,
    `ledger: {file: ./${name}.db}\nservers: {prod: {url: 'https://deploy.example.com', approvals: 0}}\n`,
  );
  const ledger = openLedger({ file, fromEnvironment: KEY, clock: systemClock, log: keepLog() });
  for (let i = 0; i < 5; i += 1) await append(ledger, `s.${i % 2}`, { ...anEvent(), at: LATER });
  await append(ledger, "s.é\u{1f6a2}", { ...anEvent(), at: LATER, data: { text: "\u0000 \ud800 ’" } } as ReturnType<
    typeof anEvent
  >);
  await append(ledger, "person.U0ALICE", { ...anEvent(), data: { text: "something read" } } as ReturnType<
    typeof anEvent
  >);
  await ledger.close();
  const tokens = openSqliteSecrets({ file: `${file}.tokens`, keyring: createKeyring([randomBytes(32)]) });
  await tokens.put({ person: "U0ALICE", server: "prod" }, new Secret("a token"));
  await tokens.close();
  const run = (env: Readonly<Record<string, string>>) =>
    runProgram(["migrate-ledger", "--config", config], { DRYDOCK_LEDGER_KEY: KEY, ...env });
  const rows = () => {
    const db = openDatabase(file, { readonly: true });
    const all = db.prepare<[], object>(`SELECT ${ROWS} FROM event ORDER BY position`).all();
    db.close();
    return all;
  };
  return { file, config, run, rows };
}

const numbered = (rows: readonly Record<string, unknown>[]) =>
  rows.map((row) => ({ ...row, position: Number(row.position), seq: Number(row.seq) }));

describe("migrate-ledger", () => {
  test("moves rows, links and tokens as they are, sets the file aside, and the ledger goes on in the database", async () => {
    const { file, run, rows } = await filled("whole");
    const before = rows();
    const url = await postgres.fresh();
    expect(await run({ DATABASE_URL: url })).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("7 rows and 1 tokens of people are in the database, and its chain is the same."),
    });
    expect(numbered(await postgres.sql(`SELECT ${ROWS} FROM event ORDER BY position`, url))).toEqual(before);
    expect(await postgres.sql("SELECT person, server FROM secret", url)).toEqual([
      { person: "U0ALICE", server: "prod" },
    ]);
    expect([existsSync(file), existsSync(`${file}.migrated`)]).toEqual([false, true]);
    expect(readSealed(`${file}.tokens`)).toEqual([]);
    const withoutDatabase = () => openLedger({ file, fromEnvironment: KEY, clock: systemClock, log: keepLog() });
    expect(withoutDatabase).toThrow("was moved to PostgreSQL");
    const ledger = await openReplica(url, Buffer.from(KEY));
    expect(await append(ledger, "s.1", anEvent())).toMatchObject([{ position: 8, seq: 3 }]);
    await ledger.close();
  });

  test("keeps what it recorded of a ledger to which a link leads", async () => {
    const { file, run } = await filled("linked");
    const [real, hint] = [join(directory, "real.db"), readFileSync(`${file}.hint`)];
    for (const end of ["", ".hint"]) renameSync(`${file}${end}`, `${real}${end}`);
    symlinkSync("real.db", file);
    const url = await postgres.fresh();
    expect(await run({ DATABASE_URL: url })).toMatchObject({ status: 0 });
    expect([existsSync(file), existsSync(`${file}.migrated`), readFileSync(`${file}.hint`)]).toEqual([
      false,
      true,
      hint,
    ]);
    const withoutDatabase = () => openLedger({ file, fromEnvironment: KEY, clock: systemClock, log: keepLog() });
    expect(withoutDatabase).toThrow("was moved to PostgreSQL");
  });

  test("each command says where the ledger is if DATABASE_URL is missing, and changes nothing", async () => {
    const { config, file, run } = await filled("moved");
    const url = await postgres.fresh();
    await run({ DATABASE_URL: url });
    const commands = [
      ["status"],
      ["stop", "all"],
      ["pause", "all"],
      ["rollouts"],
      ["audit", "verify"],
      ["backup", join(directory, "moved-backup.db")],
      ["retain", "--before", "2026-01-01", "--archive", join(directory, "moved.jsonl")],
      ["rotate-key"],
      ["accept-ledger", file],
    ];
    for (const words of commands) {
      const { status, stdout, stderr } = await runProgram([...words, "--config", config], { DRYDOCK_LEDGER_KEY: KEY });
      expect([words, status, stdout, stderr]).toEqual([
        words,
        1,
        "",
        expect.stringContaining(
          `The ledger ${file} was moved to PostgreSQL, as ${file}.migrated shows, but DATABASE_URL is not set.`,
        ),
      ]);
      expect(stderr).not.toMatch(/is empty|not running|nothing to|accept-ledger/);
    }
    expect(existsSync(file)).toBe(false);
    expect((await run({ DATABASE_URL: url })).stderr).toBe(
      `The ledger ${file} was moved to PostgreSQL before, so there is nothing to move: ${file}.migrated is left of it.\n`,
    );
  });

  test("a host that never had the ledger's file names PostgreSQL, too", async () => {
    const config = join(directory, "elsewhere.yml");
    writeFileSync(config, "ledger: {file: ./elsewhere.db}\nservers: {prod: {url: 'https://a.test', approvals: 0}}\n");
    for (const words of [["status"], ["stop", "all"]]) {
      const { status, stderr } = await runProgram([...words, "--config", config], { DRYDOCK_LEDGER_KEY: KEY });
      expect([status, stderr]).toEqual([1, expect.stringContaining("If it is in PostgreSQL, set DATABASE_URL.")]);
      expect(stderr).not.toContain("No upgrade starts");
    }
    const { run } = await filled("replica");
    const url = await postgres.fresh();
    await run({ DATABASE_URL: url });
    cpSync(join(directory, "replica.db.hint"), join(directory, "elsewhere.db.hint"));
    const { status, stderr } = await runProgram(["status", "--config", config], { DRYDOCK_LEDGER_KEY: KEY });
    expect([status, stderr]).toEqual([1, expect.stringContaining("If it is in PostgreSQL, set DATABASE_URL.")]);
  });

  test("brings back what backup wrote from the database, also after rows were archived", async () => {
    const { config, file, run, rows } = await filled("round");
    const before = rows();
    writeFileSync(`${file}.snapshot`, "a sealed one, which knows what is archived below");
    const url = await postgres.fresh();
    await run({ DATABASE_URL: url });
    expect(existsSync(`${file}.snapshot`)).toBe(false);
    const env = { DRYDOCK_LEDGER_KEY: KEY, DATABASE_URL: url };
    const archive = join(directory, "archive.jsonl");
    const retained = await runProgram(
      ["retain", "--before", "2026-01-01", "--archive", archive, "--config", config],
      env,
    );
    expect(retained).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("1 rows of what people typed and read"),
    });
    expect(readFileSync(archive, "utf8")).toContain("something read");
    const backup = await runProgram(["backup", file, "--config", config], env);
    expect(backup).toMatchObject({ status: 0, stdout: expect.stringContaining("rows, file and chain checked") });
    const kept = (row: object) => ({ ...row, json: "", pruned: "" });
    expect(rows().slice(0, -1).map(kept)).toEqual(before.map(kept));
    expect(rows().at(-1)).toMatchObject({ json: expect.stringContaining('"ledger.archived"') });
    rmSync(`${file}.hint`);
    const another = await postgres.fresh();
    expect((await run({ DATABASE_URL: another })).status).toBe(0);
    const ledger = await openReplica(another, Buffer.from(KEY));
    expect(await ledger.since(0, 100)).toHaveLength(before.length - 1);
    await ledger.close();
  });

  test("a backup that lacks rows is accepted in its file, and moved into an empty database then", async () => {
    const { config, file, run } = await filled("restored");
    const copy = join(directory, "restored-backup.db");
    await runProgram(["backup", copy, "--config", config], { DRYDOCK_LEDGER_KEY: KEY });
    const newer = openLedger({ file, fromEnvironment: KEY, clock: systemClock, log: keepLog() });
    await append(newer, "s.1", { ...anEvent(), at: LATER });
    await newer.close();
    const env = { DATABASE_URL: await postgres.fresh() };
    await run(env);
    const newest = readFileSync(`${file}.migrated`);
    renameSync(copy, file);

    env.DATABASE_URL = await postgres.fresh();
    expect((await run(env)).stderr).toContain(`this says what Drydock may forget: drydock accept-ledger ${file}`);
    const accept = (...words: readonly string[]) =>
      runProgram(["accept-ledger", file, ...words, "--config", config], { DRYDOCK_LEDGER_KEY: KEY, ...env });
    expect((await accept()).stderr).toContain("--confirm accept-7");
    expect(await accept("--confirm", "accept-7")).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("Move it into the database now: drydock migrate-ledger"),
    });
    expect(await run(env)).toMatchObject({ status: 0, stdout: expect.stringContaining(`${file}.migrated-2 now`) });
    expect(readFileSync(`${file}.migrated`)).toEqual(newest);
    const ledger = await openReplica(env.DATABASE_URL, Buffer.from(KEY));
    expect((await ledger.since(7, 10)).map(({ type }) => type)).toEqual(["ledger.accepted"]);
    await ledger.close();
  });

  test("backup says so if the database has no ledger yet", async () => {
    const { config } = await filled("others");
    const env = { DRYDOCK_LEDGER_KEY: KEY, DATABASE_URL: await postgres.fresh() };
    const none = await runProgram(["backup", join(directory, "none.db"), "--config", config], env);
    expect(none.stderr).toContain("There is no ledger in DATABASE_URL yet");
  });

  test("ends what was interrupted between the copy and the file's new name", async () => {
    const { file, run } = await filled("again");
    const url = await postgres.fresh();
    await run({ DATABASE_URL: url });
    renameSync(`${file}.migrated`, file);
    expect(await run({ DATABASE_URL: url })).toMatchObject({
      status: 0,
      stdout: expect.stringContaining("The database has this ledger already: nothing was copied."),
    });
    expect(existsSync(file)).toBe(false);
  });

  test("refuses a database with another ledger, a ledger that is in use, and a broken one: the file is as it was", async () => {
    const { file, run } = await filled("refused");
    const taken = await postgres.fresh();
    await (await openReplica(taken, Buffer.from(KEY))).close();
    expect((await run({ DATABASE_URL: taken })).stderr).toContain("has a ledger already, which ends at row 0");
    const lock = lockLedger(file, 1);
    const url = await postgres.fresh();
    expect((await run({ DATABASE_URL: url })).stderr).toContain("is in use by process");
    lock.release();
    const raw = openDatabase(file);
    raw.exec(
      "DROP TRIGGER event_is_not_edited; UPDATE event SET json = replace(json, 'event', 'tnevE') WHERE position = 3",
    );
    raw.close();
    expect((await run({ DATABASE_URL: url })).stderr).toContain("broken at position 3");
    expect(await postgres.sql("SELECT 1 FROM pg_tables WHERE schemaname = current_schema()", url)).toEqual([]);
    expect(existsSync(file)).toBe(true);
  });

  test("says what is wrong with the database, and never its password", async () => {
    const { run } = await filled("wrong");
    const url = await postgres.fresh();
    const password = inject("postgresPassword");
    const faults: readonly (readonly [string, string])[] = [
      ["", "Set DATABASE_URL"],
      [`mysql://drydock:${password}@localhost/drydock`, "expected the URL of a PostgreSQL database"],
      [`postgresql://drydock:${password}@127.0.0.1:1/drydock`, "does not answer (ECONNREFUSED)"],
      [url.replace(password, `${password}!`), "refuses the user or the password"],
      [url.replace("/postgres?", "/nothing?"), "does not exist"],
      [url.replace("options=", "options=-csynchronous_commit%3Doff%20"), "synchronous_commit = off"],
    ];
    for (const [given, sentence] of faults) {
      const { status, stdout, stderr } = await run({ DATABASE_URL: given });
      expect([status, stderr]).toEqual([1, expect.stringContaining(sentence)]);
      expect(stdout + stderr).not.toContain(password);
    }
  });
});
