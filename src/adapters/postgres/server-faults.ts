import { clockStateOf } from "../../core/clock-state.ts";
import { type Clock, OperatorError } from "../../core/ports.ts";
import type { Rows } from "./duty-tables.ts";
import type { Postgres } from "./open-postgres.ts";

/** What a PostgreSQL server says of itself. */
export interface ServerFacts {
  /** As a number, e.g. 180004, and as people write it. */
  readonly version: number;
  readonly named: string;
  readonly standby: boolean;
  /** Where Drydock's tables are; null = none that exists and that the user may use. */
  readonly schema: string | null;
  readonly fsync: string;
  readonly commit: string;
  /** The standbys for which a commit waits; "" = none. */
  readonly waits: string;
  /** How many standbys there are. */
  readonly standbys: number;
  /** In ms since 1970. */
  readonly now: number;
  readonly pid: number;
}

/** Drydock's tests run on no older version. */
const MIN_VERSION = 180_000;

/** Why Drydock cannot keep its promises with this server; undefined if it can. */
export function serverFault(found: ServerFacts, directPid: number): string | undefined {
  const { version, named, standby, schema, fsync, commit, waits, pid } = found;
  if (version < MIN_VERSION)
    return `DATABASE_URL leads to PostgreSQL ${named}. Drydock needs version ${MIN_VERSION / 10_000} or newer.`;
  if (standby) return "DATABASE_URL leads to a standby, which only reads. Give the address of the primary.";
  if (schema === null)
    return "The user in DATABASE_URL has no schema for Drydock's tables. Create the one that its search_path names, or grant it USAGE and CREATE on it.";
  if (fsync !== "on")
    return "PostgreSQL has fsync = off: after a power failure the ledger would lack what Drydock wrote. Set fsync = on.";
  if (commit === "off")
    return "PostgreSQL has synchronous_commit = off: after a crash the ledger would lack what Drydock wrote. Set synchronous_commit = on.";
  if (commit === "local" && waits !== "")
    return "PostgreSQL has synchronous_commit = local: after a fail-over the ledger would lack what Drydock wrote. Set synchronous_commit = on.";
  if (pid !== directPid)
    return "A connection to PostgreSQL leads through a pooler. Set DATABASE_URL_DIRECT to the address of the database itself.";
  return undefined;
}

/** What a person should know, and what stops nothing. */
export function serverWarnings({ now, ...facts }: ServerFacts, here: number): readonly string[] {
  const apart = Math.abs(now - here);
  const clock = `The clocks of Drydock and of PostgreSQL are ${(apart / 1_000).toFixed(1)} s apart. Synchronise both (NTP).`;
  const lag =
    "PostgreSQL does not wait for its standbys: a fail-over may lose what Drydock wrote, and Drydock stops then. Set synchronous_standby_names.";
  return [...(clockStateOf(apart) !== "right" ? [clock] : []), ...(areAwaited(facts) ? [] : [lag])];
}

function areAwaited({ waits, standbys }: Pick<ServerFacts, "waits" | "standbys">): boolean {
  return standbys === 0 || waits !== "";
}

const READ = `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS named,
    pg_is_in_recovery() AS standby, current_schema() AS schema, current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
    current_setting('synchronous_standby_names') AS waits, (SELECT count(*) FROM pg_stat_replication) AS standbys,
    (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now, pg_backend_pid() AS pid`;

/** Whether a commit waits for the server's standbys, if it has any. */
export async function waitsForStandbys(db: Rows): Promise<boolean> {
  const [found] = await db.rows<ServerFacts>(READ);
  return found === undefined || areAwaited(found);
}

/** Throws OperatorError if the server cannot keep a ledger. Returns what a person should know. */
export async function checkServer(db: Postgres, { clock }: { readonly clock: Clock }): Promise<readonly string[]> {
  const direct = await db.direct({ onNotice: () => {}, onEnd: () => {} });
  try {
    const [found] = await direct.rows<ServerFacts>(READ);
    const fault = found && serverFault(found, direct.pid);
    if (fault !== undefined) throw new OperatorError(fault);
    return found ? serverWarnings(found, clock.now()) : [];
  } finally {
    direct.close();
  }
}
