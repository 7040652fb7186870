import pg from "pg";
import { REPLICA_TABLE, type Rows } from "../../src/adapters/postgres/duty-tables.ts";
import {
  type BeatConnection,
  createPostgresDuties,
  type DutyPorts,
} from "../../src/adapters/postgres/postgres-duties.ts";
import type { Duties, Fence } from "../../src/core/duties.ts";
import type { Clock } from "../../src/core/ports.ts";
import { systemClock, systemRandom } from "../../src/system.ts";
import type { Postgres } from "./postgres.ts";
import { keepLog } from "./silent-log.ts";

/** The tables that the duties need, and one for what is written under them. */
const TABLES = `CREATE TABLE duty (name text COLLATE "C" PRIMARY KEY, holder text, epoch bigint NOT NULL DEFAULT 0, until timestamptz, pid int, began timestamptz, version int);
  ${REPLICA_TABLE};
  CREATE TABLE head (one int PRIMARY KEY, position bigint NOT NULL);
  INSERT INTO head VALUES (1, 0);
  CREATE TABLE written (position bigint PRIMARY KEY, duty text NOT NULL, epoch bigint NOT NULL, by text NOT NULL)`;

const BIGINT = 20;

export async function dutyPlace(postgres: Postgres): Promise<string> {
  const url = await postgres.fresh();
  await postgres.sql(TABLES, url);
  return url;
}

/** A connection that can be cut from outside by ending it. */
export async function connectTo(
  url: string,
  { onNotice, onEnd }: { readonly onNotice: () => void; readonly onEnd: () => void },
  timeout = 2_000,
): Promise<BeatConnection> {
  const client = new pg.Client({
    connectionString: url,
    query_timeout: timeout,
    connectionTimeoutMillis: 2_000,
    types: {
      getTypeParser: (oid: number) => (oid === BIGINT ? Number : pg.types.getTypeParser(oid)),
    } as pg.CustomTypesConfig,
  });
  client.on("error", () => {});
  client.once("end", onEnd);
  client.on("notification", onNotice);
  await client.connect();
  return {
    async rows<Row>(text: string, values: readonly unknown[] = []) {
      const result = (await client.query(text, [...values])) as pg.QueryResult | pg.QueryResult[];
      return ((Array.isArray(result) ? result.at(-1)?.rows : result.rows) ?? []) as Row[];
    },
    close: () => void client.end().catch(() => {}),
  };
}

export interface TestReplica {
  readonly duties: Duties;
  readonly log: ReturnType<typeof keepLog>;
  /** What it asked to end the process for. */
  readonly ends: string[];
  /** Cuts it off from the database, until the returned function is called. */
  cut(): () => void;
}

export function openReplica(url: string, given: Partial<DutyPorts> = {}): TestReplica {
  const log = keepLog();
  const ends: string[] = [];
  let open: BeatConnection | undefined;
  let isCut = false;
  const duties = createPostgresDuties({
    async connect(handlers) {
      if (isCut) throw new Error("There is no way to the database.");
      open = await connectTo(url, handlers);
      return open;
    },
    ...{ address: "test", version: 1, clock: systemClock, random: systemRandom, log },
    endProcess: (reason) => ends.push(reason),
    ...given,
  });
  return {
    ...{ duties, log, ends },
    cut() {
      isCut = true;
      open?.close();
      return () => {
        isCut = false;
      };
    },
  };
}

/** A clock that goes faster: as many beats in less time. */
export function fastClock(factor: number): Clock {
  return {
    now: () => systemClock.now() * factor,
    monotonic: () => systemClock.monotonic() * factor,
    after: (ms, task) => systemClock.after(ms / factor, task),
  };
}

/** A turn as the ledger takes it, for the rows of a test. Returns whether it was written. */
export async function writeUnder(db: Rows, fence: Pick<Fence, "duty" | "epoch">, by: string): Promise<boolean> {
  const [head] = await db.rows<{ position: number }>(
    "BEGIN; SET LOCAL idle_in_transaction_session_timeout = '3s'; SELECT position FROM head FOR UPDATE",
  );
  const [found] = await db.rows<{ epoch: number }>("SELECT epoch FROM duty WHERE name = $1", [fence.duty]);
  if (!head || found?.epoch !== fence.epoch) {
    await db.rows("ROLLBACK");
    return false;
  }
  const { position } = head;
  await db.rows("INSERT INTO written VALUES ($1, $2, $3, $4)", [position + 1, fence.duty, fence.epoch, by]);
  await db.rows("UPDATE head SET position = $1", [position + 1]);
  await db.rows("COMMIT");
  return true;
}
