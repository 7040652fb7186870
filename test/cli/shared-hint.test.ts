import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { sealOf } from "../../src/adapters/chain/chain.ts";
import { writeHint } from "../../src/adapters/sqlite/hint.ts";
import { osUser } from "../../src/adapters/sqlite/os-user.ts";
import type { Config } from "../../src/config/config.ts";
import { Secret } from "../../src/core/secret.ts";
import { openSharedStores } from "../../src/open-shared-stores.ts";
import type { Stores } from "../../src/stores.ts";
import { systemClock, systemRandom } from "../../src/system.ts";
import { anEvent } from "../contract/ledger.contract.ts";
import { append } from "../support/append.ts";
import { examine } from "../support/clinic.ts";
import { describe, usePostgres } from "../support/postgres.ts";
import { KEY } from "../support/postgres-ledger.ts";
import { runProgram } from "../support/run-program.ts";
import { keepLog } from "../support/silent-log.ts";

const folder = mkdtempSync(join(tmpdir(), "shared-hint-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const postgres = usePostgres();
const RUNS = { version: "0.0.0", configuration: "a" };
const opened: Stores[] = [];
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

/** A replica on a host of its own: what it keeps beside `ledger.file` is there alone. */
async function start(url: string, host: string, key = KEY.toString()): Promise<Stores> {
  const database = { url: new Secret(url), directUrl: undefined };
  const ledger = { file: fileOn(host), key: new Secret(key), database };
  const ports = { clock: systemClock, random: systemRandom, log: keepLog(), runs: RUNS, endProcess: () => {} };
  const stores = await openSharedStores({ ledger, ownTokens: undefined } as Config, database, ports);
  opened.push(stores);
  return stores;
}

function fileOn(host: string): string {
  mkdirSync(join(folder, host), { recursive: true });
  return join(folder, host, "drydock.db");
}

function run(url: string, host: string, ...words: readonly string[]) {
  const config = join(folder, host, "drydock.yml");
  writeFileSync(config, "servers: {prod: {url: 'https://deploy.example.com', approvals: 0}}\n");
  const env = { DRYDOCK_LEDGER_KEY: KEY.toString(), DATABASE_URL: url };
  return runProgram([...words, "--config", config], env);
}

function accept(url: string, host: string, ...words: readonly string[]) {
  return run(url, host, "accept-ledger", fileOn(host), ...words);
}

/** The database is as it was two events ago, as after a fail-over to a standby that lagged behind. */
async function takeBack(url: string): Promise<void> {
  await postgres.sql("ALTER TABLE event DISABLE TRIGGER ALL; DELETE FROM event WHERE position > 1", url);
  const [end] = await postgres.sql("SELECT link FROM event WHERE position = 1", url);
  const seal = sealOf(KEY, 1, String(end?.link));
  await postgres.sql(`UPDATE head SET position = 1, link = '${end?.link}', seal = '${seal}'`, url);
  await postgres.sql("ALTER TABLE event ENABLE TRIGGER ALL", url);
}

describe("a ledger in PostgreSQL that was taken back while no replica ran", () => {
  test("starts no replica that knew more, until a person accepts it for all of them", async () => {
    const url = await postgres.fresh();
    const first = await start(url, "a");
    await append(first.ledger, "s.1", anEvent(), anEvent(), anEvent());
    await first.close();
    opened.length = 0;
    cpSync(join(folder, "a"), join(folder, "b"), { recursive: true });
    await takeBack(url);

    await expect(start(url, "a")).rejects.toThrow("ends at row 1,");
    await expect(start(url, "b")).rejects.toThrow("A fail-over or a restore made it older");
    expect(await run(url, "a", "status")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("recorded row 3,"),
    });
    const asked = await accept(url, "a");
    expect([asked.status, asked.stderr]).toEqual([1, expect.stringContaining("recorded row 3,")]);
    expect(asked.stderr).toContain("--confirm accept-1");
    const ignorant = await start(url, "new");
    const inTheWay = await accept(url, "a", "--confirm", "accept-1");
    expect(inTheWay.stderr).toContain("Stop all its replicas first");
    await ignorant.close();
    opened.length = 0;
    expect(await accept(url, "a", "--confirm", "accept-1")).toMatchObject({ status: 0, stderr: "" });
    expect((await accept(url, "a")).stdout).toContain("nothing to accept");
    expect(await run(url, "a", "status")).toMatchObject({ status: 0, stderr: "" });

    for (const host of ["a", "b"]) {
      const { ledger } = await start(url, host);
      expect((await ledger.since(1, 10)).map(({ type, actor, data }) => [type, actor, data])).toEqual([
        [
          "ledger.accepted",
          `operator:${osUser()}`,
          expect.objectContaining({ had: expect.objectContaining({ position: 3 }) }),
        ],
      ]);
    }
  });

  test("is accepted also on a host that has no hint, as that of a container", async () => {
    const url = await postgres.fresh();
    const first = await start(url, "left");
    await append(first.ledger, "s.1", anEvent(), anEvent(), anEvent());
    await first.close();
    opened.length = 0;
    await takeBack(url);
    const asked = await accept(url, "blank");
    expect([asked.status, asked.stderr]).toEqual([1, expect.stringContaining("There is no hint beside it")]);
    expect(await accept(url, "blank", "--confirm", "accept-1")).toMatchObject({ status: 0, stderr: "" });
    expect((await accept(url, "blank")).stdout).toContain("nothing to accept");
    const { ledger } = await start(url, "other");
    expect((await ledger.since(1, 10)).map(({ type, data }) => [type, data])).toEqual([
      ["ledger.accepted", expect.objectContaining({ had: null })],
    ]);
  });

  test("is not accepted by a change of its key on a host that knew less", async () => {
    const url = await postgres.fresh();
    const first = await start(url, "rotated");
    await append(first.ledger, "s.1", anEvent(), anEvent(), anEvent());
    await first.close();
    opened.length = 0;
    await takeBack(url);
    const fresh = "another key of the tests, which is long enough";
    const config = join(folder, "rotated", "drydock.yml");
    const file = fileOn("admin");
    writeFileSync(
      config,
      `servers: {prod: {url: 'https://deploy.example.com', approvals: 0}}\nledger: {file: ${file}}\n`,
    );
    const keys = { DRYDOCK_LEDGER_KEY: fresh, DRYDOCK_LEDGER_KEY_OLD: KEY.toString() };
    const changed = await runProgram(["rotate-key", "--config", config], { DATABASE_URL: url, ...keys });
    expect(changed).toMatchObject({ status: 0, stderr: "" });
    await expect(start(url, "rotated", fresh)).rejects.toThrow("A fail-over or a restore made it older");
  });

  test("is a problem that doctor finds", async () => {
    const { findings } = await examine({
      env: { DRYDOCK_LEDGER_KEY: KEY.toString(), DATABASE_URL: await postgres.fresh() },
      prepare: ({ ledger }) => writeHint(ledger, { position: 3, link: "of its newest row", at: 1 }),
    });
    expect(findings.filter(({ level }) => level !== "ok")).toEqual([
      {
        ...{ level: "problem", code: "ledger-key", about: "ledger" },
        sentence: "The ledger in DATABASE_URL is empty or missing.",
        remedy: expect.stringContaining("Bring the newest ledger back."),
      },
    ]);
  });

  test("is refused without being touched if it is empty", async () => {
    const url = await postgres.fresh();
    const replica = await start(url, "c");
    await append(replica.ledger, "s.1", anEvent());
    await replica.close();
    opened.length = 0;
    const empty = await postgres.fresh();
    await expect(start(empty, "c")).rejects.toThrow("is empty or missing");
    expect(await postgres.sql("SELECT 1 FROM pg_tables WHERE schemaname = current_schema()", empty)).toEqual([]);
    expect(existsSync(`${fileOn("c")}.hint`)).toBe(true);
  });
});
