/** What carries out SQL. */
export interface Rows {
  rows<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** A process that takes part. */
export interface Replica {
  /** Another one for each start, so that no process has what an earlier one took. */
  readonly name: string;
  /** Where another replica reaches it; for people who look into the table. */
  readonly address: string;
  /** The newest ledger format that it knows. */
  readonly version: number;
}

/** A duty with the number of its term. */
export interface Held {
  readonly name: string;
  readonly epoch: number;
}

interface SeenDuty {
  readonly name: string;
  readonly version: number;
  /** No living replica has it. */
  readonly free: boolean;
}

/** Beside the ledger's tables, of which `duty` is one: a turn looks into it. */
export const REPLICA_TABLE = `CREATE TABLE replica (
  name text COLLATE "C" PRIMARY KEY,
  address text NOT NULL,
  version int NOT NULL,
  until timestamptz NOT NULL,
  pid int NOT NULL,
  began timestamptz NOT NULL
)`;

/** How long a duty stays with a replica that says nothing. Only the database's clock is asked. */
const LEASE = "clock_timestamp() + interval '5 seconds'";
const CHANNEL = "drydock_duty";
/** A user who may not see when a connection began still sees that it is there. */
const connected = (of: string) =>
  `EXISTS (SELECT FROM pg_stat_activity AS a WHERE a.pid = ${of}.pid AND (a.backend_start IS NULL OR a.backend_start = ${of}.began))`;
/** That what a row of `of` says is true now. */
export const lives = (of: string) => `(${of}.until > clock_timestamp() AND ${connected(of)})`;
const IS_FREE = `(duty.holder IS NULL OR coalesce(NOT ${lives("duty")}, true))`;
const MINE_NOW = `until = ${LEASE}, pid = pg_backend_pid(),
  began = (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())`;
const SLACK_FIRST = "duty.name <> 'slack', duty.name";

/** Makes rows for the duties that have none, and forgets replicas that ended long ago. */
export async function join(db: Rows, names: readonly string[]): Promise<void> {
  await db.rows("INSERT INTO duty (name) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING", [names]);
  await db.rows("DELETE FROM replica WHERE until < clock_timestamp() - interval '1 day'");
}

/** From now on this connection hears of duties that are given back. */
export async function listen(db: Rows): Promise<void> {
  await db.rows(`LISTEN ${CHANNEL}`);
}

/** This replica lives, on this connection. */
export async function sayAlive(db: Rows, { name, address, version }: Replica): Promise<void> {
  await db.rows(
    `INSERT INTO replica (name, address, version, until, pid, began)
     SELECT $1, $2, $3, ${LEASE}, pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()
     ON CONFLICT (name) DO UPDATE SET until = EXCLUDED.until, pid = EXCLUDED.pid, began = EXCLUDED.began`,
    [name, address, version],
  );
}

/** Renews what this replica works at. Returns the names of what it still has. */
export async function renew(db: Rows, replica: string, worked: readonly Held[]): Promise<ReadonlySet<string>> {
  if (worked.length === 0) return new Set();
  const rows = await db.rows<{ name: string }>(
    `UPDATE duty SET ${MINE_NOW} FROM unnest($2::text[], $3::bigint[]) AS worked (name, epoch)
     WHERE duty.name = worked.name AND duty.epoch = worked.epoch AND duty.holder = $1 RETURNING duty.name`,
    [replica, worked.map(({ name }) => name), worked.map(({ epoch }) => epoch)],
  );
  return new Set(rows.map(({ name }) => name));
}

/** Gives back what has this replica's name and is not among `kept`: also what it took without hearing of it. */
export async function giveBack(db: Rows, replica: string, kept: readonly string[]): Promise<void> {
  await db.rows(
    `WITH given AS (
       UPDATE duty SET holder = NULL, until = NULL, pid = NULL, began = NULL
       WHERE holder = $1 AND name <> ALL ($2::text[]) RETURNING name
     ) SELECT pg_notify('${CHANNEL}', '') FROM given LIMIT 1`,
    [replica, kept],
  );
}

/** This replica takes no part any more: the shares of the others grow. */
export async function leave(db: Rows, replica: string): Promise<void> {
  await db.rows("DELETE FROM replica WHERE name = $1", [replica]);
}

/** The ledger formats and addresses of the living replicas, and how these duties are. */
export async function look(
  db: Rows,
  names: readonly string[],
): Promise<{ readonly living: readonly Pick<Replica, "address" | "version">[]; readonly duties: readonly SeenDuty[] }> {
  const living = await db.rows<Replica>(`SELECT address, version FROM replica WHERE ${lives("replica")}`);
  const duties = await db.rows<SeenDuty>(
    `SELECT name, coalesce(version, 0) AS version, ${IS_FREE} AS free FROM duty WHERE name = ANY ($1::text[])`,
    [names],
  );
  return { living, duties };
}

/** As each turn does it: so no epoch changes while a turn decides under it. */
export const LOCK_HEAD = `BEGIN ISOLATION LEVEL READ COMMITTED;
  SET LOCAL idle_in_transaction_session_timeout = '3s';
  SET LOCAL lock_timeout = '1s';
  SELECT position FROM head FOR UPDATE`;

/**
 * By a statement of its own, which sees what was committed while the lock was waited for. A row that is locked is just being renewed or
 * given back: so nothing waits here, and nothing can wait in a circle.
 */
export const TAKE = `WITH free AS (
    SELECT duty.name FROM duty
    WHERE ${IS_FREE} AND coalesce(version, 0) <= $2 AND name = ANY ($3::text[])
    ORDER BY ${SLACK_FIRST} LIMIT $4 FOR UPDATE SKIP LOCKED
  )
  UPDATE duty SET holder = $1, epoch = epoch + 1, version = $2, ${MINE_NOW}
  FROM free WHERE duty.name = free.name
  RETURNING duty.name, duty.epoch`;

/** Takes at most `most` of these duties, each with the next epoch: those that are free then. */
export async function take(
  db: Rows,
  { name, version }: Replica,
  names: readonly string[],
  most: number,
): Promise<readonly Held[]> {
  try {
    await db.rows(LOCK_HEAD);
    const taken = await db.rows<Held>(TAKE, [name, version, names, most]);
    await db.rows("COMMIT");
    return taken;
  } catch (error) {
    if (!isLocked(error)) throw error;
    // Turns had it: the next beat tries again.
    await db.rows("ROLLBACK");
    return [];
  }
}

/** Others had a lock all the time. */
export function isLocked(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "55P03";
}
