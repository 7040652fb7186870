import { afterEach, expect, test } from "vitest";
import { importLedger } from "../../src/adapters/postgres/import-ledger.ts";
import { openPostgres, type Postgres } from "../../src/adapters/postgres/open-postgres.ts";
import { Secret } from "../../src/core/secret.ts";
import { append } from "../support/append.ts";
import { describe, usePostgres } from "../support/postgres.ts";
import { KEY, openReplica } from "../support/postgres-ledger.ts";
import { openProxy } from "../support/postgres-proxy.ts";
import { anEvent } from "./ledger.contract.ts";

const postgres = usePostgres();
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Has only what the first format had. A replica that opened it before has it still. */
async function older() {
  const url = await postgres.fresh();
  const replica = await openReplica(url);
  ends.push(replica.close);
  for (let i = 0; i < 5; i += 1) await append(replica, "s.1", anEvent());
  await postgres.sql("DROP TABLE replica; UPDATE format SET version = 1", url);
  const other = await openPostgres({ url: new Secret(url) });
  ends.push(() => other.close());
  return { url, replica, other };
}

async function openNewer(url: string) {
  const newer = await openReplica(url);
  ends.push(newer.close);
  return newer;
}

const WAITING = "SELECT 1 FROM pg_locks WHERE locktype = $1 AND NOT granted";
const waits = (other: Postgres, locktype: "relation" | "advisory") =>
  expect.poll(() => other.rows(WAITING, [locktype])).not.toEqual([]);

describe("the tables of an older format get the newer one", () => {
  test("between two turns: either would stop the other in the middle", async () => {
    const { url, other } = await older();
    let opening: ReturnType<typeof openNewer> | undefined;
    await other.session(async (turn) => {
      await turn.rows("BEGIN; SELECT position FROM head FOR UPDATE");
      opening = openNewer(url);
      await waits(other, "relation");
      await turn.rows("COMMIT");
    });
    expect(await (await opening)?.since(0, 100)).toHaveLength(5);
  });

  test.each(["head", "event"])("at another start if %s is read for long: turns do not wait for that", async (table) => {
    const { url, replica, other } = await older();
    await other.session(async (backup) => {
      await backup.rows(`BEGIN; SELECT 1 FROM ${table}`);
      const opening = openNewer(url).catch((error: Error) => error.message);
      await waits(other, "relation");
      expect(await append(replica, "s.1", anEvent())).toHaveLength(1);
      expect(await opening).toContain("a backup, an audit, or a replica that starts");
      await backup.rows("ROLLBACK");
    });
    expect(await (await openNewer(url)).since(0, 100)).toHaveLength(6);
  });

  test("however long it takes: a limit for statements would stop it at each start", async () => {
    const { url, other } = await older();
    let opening: ReturnType<typeof openNewer> | undefined;
    await other.session(async (another) => {
      await another.rows("BEGIN; SELECT pg_advisory_xact_lock(hashtext('drydock schema'), hashtext(current_schema()))");
      opening = openNewer(`${url}&query_timeout=1000`);
      opening.catch(() => undefined);
      await waits(other, "advisory");
      await another.rows("SELECT pg_sleep(1.5); COMMIT");
    });
    expect(await (await opening)?.since(0, 100)).toHaveLength(5);
  });

  test("not by a replica that was killed meanwhile: it keeps no place among those that wait", async () => {
    const { url, other } = await older();
    const proxy = await openProxy(url);
    ends.push(proxy.close);
    await other.session(async (another) => {
      await another.rows("BEGIN; SELECT pg_advisory_xact_lock(hashtext('drydock schema'), hashtext(current_schema()))");
      const opening = openNewer(proxy.url).catch((error: Error) => error.message);
      await waits(other, "advisory");
      proxy.cut();
      expect(await opening).toContain("Connection terminated");
      await expect.poll(() => other.rows(WAITING, ["advisory"])).toEqual([]);
    });
  });

  test("and an older replica does not start any more: it may misunderstand what newer ones write", async () => {
    const { url } = await older();
    await postgres.sql("UPDATE format SET version = 99", url);
    await expect(openNewer(url)).rejects.toThrow("start the newer Drydock again");
  });
});

describe("beside replicas", () => {
  test("a ledger that is moved into the one of replicas by mistake stops no turn in the middle", async () => {
    const url = await postgres.fresh();
    await openNewer(url);
    const [other, mover] = [await openPostgres({ url: new Secret(url) }), await openPostgres({ url: new Secret(url) })];
    ends.push(
      () => other.close(),
      () => mover.close(),
    );
    await other.session(async (turn) => {
      await turn.rows("BEGIN; SELECT position FROM head FOR UPDATE");
      const whole = { rows: [], end: { position: 9, link: "another" }, tokens: [], aliveAt: undefined };
      const moving = importLedger(mover, KEY, whole).catch((error: Error) => error.message);
      await waits(other, "relation");
      await turn.rows("SELECT 1 FROM event; COMMIT");
      expect(await moving).toContain("has a ledger already");
    });
  });
});
