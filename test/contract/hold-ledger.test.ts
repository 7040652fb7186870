import { afterEach, expect, test } from "vitest";
import { holdLedger } from "../../src/adapters/postgres/hold-ledger.ts";
import { openPostgres, type Postgres } from "../../src/adapters/postgres/open-postgres.ts";
import { Secret } from "../../src/core/secret.ts";
import { systemClock } from "../../src/system.ts";
import { manualClock } from "../support/manual-clock.ts";
import { describe, usePostgres } from "../support/postgres.ts";
import { type CuttableNetwork, openProxy } from "../support/postgres-proxy.ts";

const postgres = usePostgres();
const opened: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function connect(url: string): Promise<Postgres> {
  const db = await openPostgres({ url: new Secret(url) });
  opened.push(db);
  return db;
}

async function throughProxy(url: string): Promise<CuttableNetwork> {
  const proxy = await openProxy(url);
  opened.push(proxy);
  return proxy;
}

const HELD = `SELECT pid FROM pg_locks WHERE locktype = 'advisory'
  AND objid = (hashtext(current_schema())::bigint & 4294967295)::oid`;

describe("the right to a ledger in PostgreSQL", () => {
  test("leaves no connection behind where PostgreSQL does not say who has it", async () => {
    const proxy = await throughProxy(await postgres.fresh());
    const db = await connect(proxy.url);
    proxy.lose("pg_try_advisory_lock_shared", "silence");
    await expect(holdLedger(db, { clock: systemClock, how: "shared" })).rejects.toThrow("timeout");
    await expect.poll(() => proxy.clients).toBe(0);
  });

  test("is looked after: a replica whose connection fell silent hears that a command has taken the ledger", async () => {
    const url = await postgres.fresh();
    const [proxy, db, clock] = [await throughProxy(url), await connect(url), manualClock()];
    const hold = await holdLedger(await connect(proxy.url), { clock, how: "shared" });
    let isTaken = false;
    void hold.taken.then(() => {
      isTaken = true;
    });
    proxy.silence();
    // The server notices what the replica does not.
    await db.rows(`SELECT pg_terminate_backend(pid, 5000) FROM (${HELD}) AS held`);
    const alone = await holdLedger(db, { clock: systemClock, how: "alone" });
    const later = async () => {
      await clock.advance(1_000);
      return isTaken;
    };
    await expect.poll(later, { timeout: 10_000 }).toBe(true);
    for (const one of [hold, alone]) one.release();
    await expect.poll(() => proxy.clients).toBe(0);
  });

  test("is taken again on one connection after it was lost, and given back with it", async () => {
    const url = await postgres.fresh();
    const [proxy, db, clock] = [await throughProxy(url), await connect(url), manualClock()];
    const hold = await holdLedger(await connect(proxy.url), { clock, how: "shared" });
    proxy.cut();
    const held = async () => {
      await clock.advance(200);
      return await db.rows(HELD);
    };
    await expect.poll(async () => [proxy.clients, await held()], { timeout: 10_000 }).toEqual([1, [expect.anything()]]);
    hold.release();
    await expect.poll(async () => [proxy.clients, await held()]).toEqual([0, []]);
  });
});
