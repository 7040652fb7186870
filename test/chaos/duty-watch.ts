import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";

/** From one look into the tables to the next, in ms. */
const LOOK_EVERY = 25;
const CONNECTIONS_EVERY = 500;

/** One duty, as the tables have it. */
export interface SeenDuty {
  readonly name: string;
  readonly epoch: number;
  /** The process of the replica that has it and lives; undefined if none does. */
  readonly pid: number | undefined;
  /** The term under which the server's status was last published; 0 = never. */
  readonly published: number;
}

/** The duties and the connections, read from outside on a connection that no fault touches. */
export interface DutyWatch {
  /** As the newest look found them; empty while the database does not answer. */
  duties(): ReadonlyMap<string, SeenDuty>;
  /** The processes that take part, by the same look. */
  living(): ReadonlySet<number>;
  /** The most connections that each replica had, by its name. */
  readonly connections: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

const DUTIES = `SELECT duty.name, duty.epoch::int,
    CASE WHEN duty.until > clock_timestamp()
      AND EXISTS (SELECT FROM pg_stat_activity AS a WHERE a.pid = duty.pid AND a.backend_start = duty.began)
      THEN split_part(replica.address, ' ', 2)::int END AS pid,
    coalesce(status.epoch, 0)::int AS published
  FROM duty LEFT JOIN replica ON replica.name = duty.holder
  LEFT JOIN server_status AS status ON duty.name = 'server:' || status.server`;
const LIVING = `SELECT split_part(address, ' ', 2)::int AS pid FROM replica WHERE until > clock_timestamp()
  AND EXISTS (SELECT FROM pg_stat_activity AS a WHERE a.pid = replica.pid AND a.backend_start = replica.began)`;
const CONNECTIONS =
  "SELECT application_name AS name, count(*)::int AS held FROM pg_stat_activity WHERE application_name LIKE 'replica-%' GROUP BY 1";

export function watchDuties(url: string): DutyWatch {
  const most = new Map<string, number>();
  let seen: ReadonlyMap<string, SeenDuty> = new Map();
  let living: ReadonlySet<number> = new Set();
  let isStopped = false;

  async function look(): Promise<void> {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000, query_timeout: 5_000 });
    client.on("error", () => {});
    try {
      await client.connect();
      for (let countedAt = 0; !isStopped; await delay(LOOK_EVERY)) {
        const { rows } = await client.query<Omit<SeenDuty, "pid"> & { pid: number | null }>(DUTIES);
        seen = new Map(rows.map((row) => [row.name, { ...row, pid: row.pid ?? undefined }]));
        living = new Set((await client.query<{ pid: number }>(LIVING)).rows.map(({ pid }) => pid));
        if (performance.now() - countedAt < CONNECTIONS_EVERY) continue;
        countedAt = performance.now();
        const counted = await client.query<{ name: string; held: number }>(CONNECTIONS);
        for (const { name, held } of counted.rows) most.set(name, Math.max(held, most.get(name) ?? 0));
      }
    } finally {
      seen = new Map();
      living = new Set();
      await client.end().catch(() => {});
    }
  }

  async function watch(): Promise<void> {
    while (!isStopped) {
      await look().catch(() => {});
      await delay(LOOK_EVERY);
    }
  }

  const watching = watch();
  return {
    duties: () => seen,
    living: () => living,
    connections: most,
    async stop() {
      isStopped = true;
      await watching;
    },
  };
}
