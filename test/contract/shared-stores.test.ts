import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterEach, expect, test } from "vitest";
import { holdLedger } from "../../src/adapters/postgres/hold-ledger.ts";
import { inspectSharedLedger } from "../../src/adapters/postgres/inspect-shared-ledger.ts";
import { openPostgres } from "../../src/adapters/postgres/open-postgres.ts";
import { faultOf } from "../../src/cli/fault-of.ts";
import type { Config } from "../../src/config/config.ts";
import { Secret } from "../../src/core/secret.ts";
import { openSharedStores } from "../../src/open-shared-stores.ts";
import { retainShared, rotateShared } from "../../src/shared-ledger-tools.ts";
import type { Stores } from "../../src/stores.ts";
import { systemClock, systemRandom } from "../../src/system.ts";
import { append } from "../support/append.ts";
import { note } from "../support/archived-note.ts";
import { describe, usePostgres } from "../support/postgres.ts";
import { KEY } from "../support/postgres-ledger.ts";
import { openProxy } from "../support/postgres-proxy.ts";
import { keepLog } from "../support/silent-log.ts";
import { aDuty } from "./duties.contract.ts";
import { anEvent } from "./ledger.contract.ts";

const postgres = usePostgres();
const RUNS = { version: "1.2.3", configuration: "a" };
const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function open(
  url: string,
  directUrl = url,
  key: string | undefined = KEY.toString(),
  runs = RUNS,
  log = keepLog(),
): Promise<Stores> {
  const database = { url: new Secret(url), directUrl: new Secret(directUrl) };
  const ledger = { file: "/nothing/drydock.db", key: key === "" ? undefined : new Secret(key), database };
  const ports = { clock: systemClock, random: systemRandom, log, runs, endProcess: () => {} };
  const stores = await openSharedStores({ ledger, ownTokens: undefined } as Config, database, ports);
  opened.push(stores);
  return stores;
}

function ledgerAt(url: string, directUrl: string, key = KEY.toString()) {
  const database = { url: new Secret(url), directUrl: new Secret(directUrl) };
  return { file: "/nothing/drydock.db", key: new Secret(key), database };
}

/** As drydock retain does it; all of the streams leave. */
async function retain(
  url: string,
  streams: readonly string[] = [],
  archive = newArchive(),
  directUrl = url,
): Promise<void> {
  const ledger = ledgerAt(url, directUrl);
  const choose = () => ({ streams: new Set(streams), events: new Set<number>() });
  await retainShared(ledger, { archive, choose, note }, { clock: systemClock, log: keepLog() });
}

function newArchive(): string {
  return join(tmpdir(), `drydock-archive-${systemRandom.id()}`);
}

describe("everything in PostgreSQL", () => {
  test("is opened by several replicas, and by retain only once all have stopped", async () => {
    const url = await postgres.fresh();
    const [first, second] = [await open(url), await open(url)];
    await append(first.ledger, "s.1", anEvent());
    await first.inspection.checkWritable();
    await first.close();
    await expect(retain(url)).rejects.toThrow("Stop all its replicas first");
    expect(await second.ledger.since(0, 10)).toHaveLength(1);
    await second.close();
    await retain(url);
  });

  test("keeps rows that retain archived and could not remove, and the next run ends with the same archive", async () => {
    const url = await postgres.fresh();
    const proxy = await openProxy(url);
    const stores = await open(url);
    await append(stores.ledger, "s.old", anEvent());
    await append(stores.ledger, "s.kept", anEvent());
    await stores.close();
    const archive = newArchive();
    opened.push(proxy, { close: () => rmSync(archive, { force: true }) });
    proxy.lose("UPDATE event SET json", "statement");
    await expect(retain(proxy.url, ["s.old"], archive)).rejects.toThrow("does not answer");
    const written = readFileSync(archive, "utf8");
    await expect(retain(url, ["s.old", "s.kept"], archive)).rejects.toThrow("is there already");
    await retain(url, ["s.old"], archive);
    expect(readFileSync(archive, "utf8")).toBe(written);
    expect((await (await open(url)).ledger.since(0, 10)).map(({ stream }) => stream)).toEqual([
      "s.kept",
      "ledger.self",
    ]);
  });

  test("ends for a replica whose connection was cut, if retain has taken the ledger meanwhile", async () => {
    const url = await postgres.fresh();
    const proxy = await openProxy(url);
    opened.push(proxy);
    const first = await open(proxy.url);
    proxy.cut();
    proxy.freeze();
    const db = await openPostgres({ url: new Secret(url) });
    opened.push(db);
    // The server has to notice first.
    const alone = () => holdLedger(db, { clock: systemClock, how: "alone" }).catch(() => undefined);
    let hold = await alone();
    await expect
      .poll(async () => {
        hold ??= await alone();
        return hold;
      })
      .toBeDefined();
    await expect(open(url)).rejects.toThrow("A command of Drydock works on the ledger");
    proxy.heal();
    await first.taken;
    hold?.release();
  });

  test.each([
    ["retain", (url: string, directUrl: string) => retain(url, ["s.1"], newArchive(), directUrl)],
    [
      "rotate-key",
      (url: string, directUrl: string) =>
        rotateShared(ledgerAt(url, directUrl, "another key, which is long enough too"), KEY.toString(), {
          ...{ clock: systemClock, random: systemRandom, log: keepLog() },
        }),
    ],
  ])("is as it was after a %s that lost its hold on it", async (_what, run) => {
    const url = await postgres.fresh();
    const proxy = await openProxy(url);
    const stores = await open(url);
    await append(stores.ledger, "s.1", anEvent());
    await stores.close();
    const other = new pg.Client({ connectionString: url });
    opened.push(proxy, { close: () => other.end() });
    await other.connect();
    await other.query("BEGIN; SELECT * FROM head FOR UPDATE");
    const ended = run(url, proxy.url).catch(faultOf);
    const waiting =
      "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%head FOR UPDATE; SET%'";
    await expect.poll(() => postgres.sql(waiting)).toHaveLength(1);
    proxy.cut();
    await other.query("ROLLBACK");
    expect(await ended).toEqual({ text: expect.stringContaining("lost its connection to PostgreSQL"), code: 1 });
    expect(await (await open(url)).ledger.since(0, 10)).toHaveLength(1);
  });

  test.each(["statement", "reset"] as const)("says so if PostgreSQL crashes during the start (%s)", async (loss) => {
    const url = await postgres.fresh();
    const proxy = await openProxy(url);
    opened.push(proxy);
    const stores = await open(proxy.url);
    proxy.lose("SELECT at FROM presence", loss);
    const aliveAt = await stores.presence.aliveAt().catch(faultOf);
    proxy.lose("INSERT INTO duty", loss);
    const run = await stores.duties.run([{ name: "slack", round: 1_000, work: async () => {} }]).catch(faultOf);
    const sentence = { text: expect.stringMatching(/^(?!Drydock has a bug).*does not answer/), code: 1 };
    expect([aliveAt, run]).toEqual([sentence, sentence]);
    await stores.duties.close();
  });

  test("needs a connection that leads past a pooler", async () => {
    const url = await postgres.fresh();
    const pooler = await openProxy(url, { pooling: true });
    opened.push(pooler);
    await expect(open(pooler.url)).rejects.toThrow("Set DATABASE_URL_DIRECT");
    const stores = await open(pooler.url, url);
    expect(await append(stores.ledger, "s.1", anEvent())).toMatchObject([{ position: 1 }]);
  });

  test("needs a key from outside, and says nothing of the address", async () => {
    await expect(open(await postgres.fresh(), undefined, "")).rejects.toThrow("Set DRYDOCK_LEDGER_KEY");
  });

  test("is inspected from outside and by its replica for standbys that no commit waits for", async () => {
    const url = await postgres.fresh();
    const ports = { clock: systemClock, log: keepLog(), runs: RUNS, key: () => KEY, assertNewest: async () => {} };
    const replica = await open(url);
    const inspections = [inspectSharedLedger({ url: new Secret(url) }, ports), replica.inspection];
    const answers = () => Promise.all(inspections.map((one) => one.waitsForStandbys?.()));
    expect(await answers()).toEqual([true, true]);
    // A standby begins like this: the server counts it from now on.
    const standby = new pg.Client({ connectionString: url, replication: "database" } as pg.ClientConfig);
    await standby.connect();
    expect(await answers()).toEqual([false, false]);
    await standby.end();
  });

  test("is inspected for replicas with another configuration, which also say so once; other versions are not compared", async () => {
    const url = await postgres.fresh();
    const logs = [keepLog(), keepLog(), keepLog()];
    const runs = [RUNS, { ...RUNS, configuration: "b" }, { version: "1.2.4", configuration: "c" }];
    const stores: Stores[] = [];
    for (const [i, log] of logs.entries()) {
      const replica = await open(url, url, KEY.toString(), runs[i], log);
      await replica.duties.run([aDuty(`server:${i}`, [])]);
      stores.push(replica);
    }
    const said = () =>
      logs.map((log) => log.said.filter((line) => line.includes("with another configuration than this one")).length);
    await expect.poll(said).toEqual([1, 1, 0]);
    const ports = { clock: systemClock, log: keepLog(), key: () => KEY, assertNewest: async () => {} };
    const inspected = (how = RUNS) => inspectSharedLedger({ url: new Secret(url) }, { ...ports, runs: how });
    const other = expect.stringMatching(`^\\S+ ${process.pid}$`);
    for (const asked of [inspected(), stores[0]?.inspection])
      expect(await asked?.otherwiseConfigured?.()).toEqual([other]);
    expect(await inspected({ version: "1.2.5", configuration: "d" }).otherwiseConfigured?.()).toEqual([]);
    await stores[1]?.duties.close();
    expect(await inspected().otherwiseConfigured?.()).toEqual([]);
    await Promise.all(stores.map(({ duties }) => duties.close()));
    expect(said()).toEqual([1, 1, 0]);
  });

  test("is inspected from outside without being changed", async () => {
    const url = await postgres.fresh();
    const ports = { clock: systemClock, log: keepLog(), runs: RUNS, assertNewest: async () => {} };
    const inspected = (key = KEY) => inspectSharedLedger({ url: new Secret(url) }, { ...ports, key: () => key });
    await inspected().checkKey();
    expect(await inspected().walkChain?.()).toBeUndefined();
    expect(await postgres.sql("SELECT 1 FROM pg_tables WHERE schemaname = current_schema()", url)).toEqual([]);
    const stores = await open(url);
    await append(stores.ledger, "s.1", anEvent(), anEvent());
    await inspected().checkWritable();
    expect(await inspected().walkChain?.()).toBe(2);
    await expect(inspected(Buffer.from("another key")).checkKey()).rejects.toThrow("is not the key of the ledger");
    await postgres.sql("ALTER TABLE event DISABLE TRIGGER ALL; DELETE FROM event WHERE position = 1", url);
    await expect(inspected().walkChain?.()).rejects.toThrow("broken at position 2");
  });
});
