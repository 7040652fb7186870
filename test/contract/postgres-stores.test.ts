import { randomBytes } from "node:crypto";
import { afterEach, expect, test } from "vitest";
import { createKeyring } from "../../src/adapters/chain/keyring.ts";
import { openPostgres, type Postgres } from "../../src/adapters/postgres/open-postgres.ts";
import { createPostgresPresence } from "../../src/adapters/postgres/postgres-presence.ts";
import { destroyAllSecrets, openPostgresSecrets } from "../../src/adapters/postgres/postgres-secrets.ts";
import { openPostgresStatuses } from "../../src/adapters/postgres/postgres-statuses.ts";
import { prepareSchema } from "../../src/adapters/postgres/schema.ts";
import { Secret } from "../../src/core/secret.ts";
import type { ServerStatus } from "../../src/servers/server-status.ts";
import { type ManualClock, manualClock } from "../support/manual-clock.ts";
import { describe, useOwnPostgres } from "../support/postgres.ts";
import { keepLog } from "../support/silent-log.ts";
import { secretsContract } from "./secrets.contract.ts";
import { aStatus, statusesContract } from "./statuses.contract.ts";

const postgres = useOwnPostgres();
const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

/** A database with Drydock's tables. */
async function fresh(): Promise<{ readonly db: Postgres; readonly url: string }> {
  const url = await postgres.fresh();
  const db = await openPostgres({ url: new Secret(url) });
  opened.push(db);
  await prepareSchema(db);
  return { db, url };
}

function statusesOn(db: Postgres, clock: ManualClock, epochOf?: () => number) {
  const statuses = openPostgresStatuses<ServerStatus>(db, { clock, log: keepLog(), ...(epochOf && { epochOf }) });
  opened.push(statuses);
  return statuses;
}

const KEY = randomBytes(32);
const OLD = randomBytes(32);
const keyring = createKeyring([KEY]);
const alice = { person: "U0ALICE", server: "prod" };
const TOKEN = "a-token-that-nobody-shall-find";

describe("on PostgreSQL", () => {
  secretsContract("in PostgreSQL", async () => openPostgresSecrets((await fresh()).db, { keyring }));

  statusesContract("in PostgreSQL", async (clock) => {
    const { db } = await fresh();
    const [here, there] = [statusesOn(db, clock), statusesOn(db, clock)];
    return {
      here,
      there,
      async exchange() {
        for (const side of [here, there, here, there]) await side.exchange();
      },
    };
  });

  test("a monitor that has lost its duty does not publish over its successor, and reads what that one published", async () => {
    const { db } = await fresh();
    const clock = manualClock();
    const [before, after] = [statusesOn(db, clock, () => 1), statusesOn(db, clock, () => 2)];
    after.publish(aStatus({ answers: false }));
    await after.exchange();
    before.publish(aStatus({ answers: true }));
    await before.exchange();
    await after.exchange();
    expect([before.of("prod")?.status.answers, after.of("prod")?.status.answers]).toEqual([false, false]);
  });

  test("what others published is read every second, and those who wait for it hear of it once", async () => {
    const { db } = await fresh();
    const clock = manualClock();
    const [here, there] = [statusesOn(db, clock), statusesOn(db, clock)];
    let heard = 0;
    there.onChange(() => {
      heard += 1;
    });
    here.publish(aStatus());
    await here.exchange();
    await clock.advance(1_000);
    await expect.poll(() => there.of("prod")?.status.server).toBe("prod");
    await there.exchange();
    expect(heard).toBe(1);
  });

  test("a database that does not answer stops no one, and the log says it once", async () => {
    const { db } = await fresh();
    const log = keepLog();
    const statuses = openPostgresStatuses<ServerStatus>(db, { clock: manualClock(), log });
    await postgres.crash();
    try {
      for (let i = 0; i < 3; i += 1) statuses.publish(aStatus({ unreadFor: i }));
      await statuses.exchange();
      expect(statuses.of("prod")?.status.unreadFor).toBe(2);
      expect(log.said.filter((line) => line.includes("could not exchange"))).toHaveLength(1);
      await createPostgresPresence(db).alive(1);
    } finally {
      statuses.close();
      await postgres.restart();
    }
  });

  test("a replica recognizes what another one has put since it opened", async () => {
    const { db } = await fresh();
    const [first, second] = [await openPostgresSecrets(db, { keyring }), await openPostgresSecrets(db, { keyring })];
    await first.put(alice, new Secret(TOKEN));
    expect(second.isKnown(TOKEN)).toBe(false);
    await second.recall?.();
    expect(second.isKnown(TOKEN)).toBe(true);
  });

  test("secrets are sealed with the new key at the start, so that the old one can be thrown away", async () => {
    const { db } = await fresh();
    const before = await openPostgresSecrets(db, { keyring: createKeyring([OLD]) });
    await before.put(alice, new Secret(TOKEN));
    await expect(openPostgresSecrets(db, { keyring })).rejects.toThrow(/No key opens 1 of the 1 tokens/);
    await openPostgresSecrets(db, { keyring: createKeyring([KEY, OLD]) });
    expect((await (await openPostgresSecrets(db, { keyring })).get(alice))?.reveal()).toBe(TOKEN);
  });

  test("a secret that is destroyed leaves nothing in its table's file", async () => {
    const { db, url } = await fresh();
    const secrets = await openPostgresSecrets(db, { keyring });
    await secrets.put(alice, new Secret(TOKEN));
    const [row] = await postgres.sql("SELECT encode(text, 'hex') AS text FROM secret", url);
    const file = async () => {
      await postgres.sql("CHECKPOINT");
      const sql = "SELECT encode(pg_read_binary_file(pg_relation_filepath('secret')), 'hex') AS bytes";
      return String((await postgres.sql(sql, url))[0]?.bytes);
    };
    expect(await file()).toContain(String(row?.text));
    await (await secrets.toDestroy(alice))();
    expect(await file()).not.toContain(String(row?.text));
    await secrets.put(alice, new Secret(TOKEN));
    await destroyAllSecrets(db);
    expect([await secrets.owners(), await file()]).toEqual([[], ""]);
  });

  test("knows when a replica was last alive", async () => {
    const presence = createPostgresPresence((await fresh()).db);
    expect(await presence.aliveAt()).toBeUndefined();
    await presence.alive(1_767_225_600_000);
    await presence.alive(1_767_225_605_000);
    expect(await presence.aliveAt()).toBe(1_767_225_605_000);
  });
});
