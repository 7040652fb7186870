import { OperatorError } from "../../core/ports.ts";
import { isLocked, REPLICA_TABLE } from "./duty-tables.ts";
import { NO_TIMEOUT, type Postgres, type Session } from "./open-postgres.ts";

/** Each is applied once, in this order; the table `format` says how many there were. Never edit one: add one. */
const MIGRATIONS: readonly string[] = [
  // Names compare by their bytes, as in every other ledger, whatever the database's own order of texts is.
  `CREATE TABLE event (
     position bigint PRIMARY KEY,
     stream text COLLATE "C" NOT NULL,
     seq bigint NOT NULL,
     id text COLLATE "C" NOT NULL UNIQUE,
     json text NOT NULL,
     link text NOT NULL,
     pruned text,
     UNIQUE (stream, seq)
   );
   CREATE TABLE head (one int PRIMARY KEY CHECK (one = 1), position bigint NOT NULL, link text NOT NULL, seal text NOT NULL);
   CREATE FUNCTION drydock_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     IF TG_OP = 'UPDATE' THEN
       IF OLD.pruned IS NULL AND NEW.pruned IS NOT NULL AND NEW.json = ''
         AND (NEW.position, NEW.stream, NEW.seq, NEW.id, NEW.link) = (OLD.position, OLD.stream, OLD.seq, OLD.id, OLD.link)
       THEN RETURN NEW; END IF;
     END IF;
     RAISE EXCEPTION 'the ledger is append-only';
   END $$;
   CREATE TRIGGER event_is_not_edited BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION drydock_append_only();
   CREATE TRIGGER event_is_not_emptied BEFORE TRUNCATE ON event EXECUTE FUNCTION drydock_append_only();
   CREATE TABLE server_status (
     server text COLLATE "C" PRIMARY KEY,
     epoch bigint NOT NULL,
     written timestamptz NOT NULL,
     json text NOT NULL
   );
   CREATE TABLE secret (
     person text COLLATE "C" NOT NULL,
     server text COLLATE "C" NOT NULL,
     key_id text NOT NULL,
     nonce bytea NOT NULL,
     text bytea NOT NULL,
     PRIMARY KEY (person, server)
   );
   CREATE TABLE duty (
     name text COLLATE "C" PRIMARY KEY,
     holder text,
     epoch bigint NOT NULL DEFAULT 0,
     until timestamptz,
     pid int,
     began timestamptz,
     version int
   );
   CREATE TABLE presence (one int PRIMARY KEY CHECK (one = 1), at bigint NOT NULL);`,
  REPLICA_TABLE,
];

/** The newest format that this Drydock knows: a replica that knows an older one stands by. */
export const FORMAT = MIGRATIONS.length;

/**
 * Two replicas that start at the same time make the tables one after the other. One that is frozen in it keeps the locks for seconds, and
 * one that is killed for one second, where PostgreSQL's system can tell that a connection was closed while a statement runs.
 */
const LOCK = `SET LOCAL idle_in_transaction_session_timeout = '10s';
  DO $$ BEGIN
    SET LOCAL client_connection_check_interval = '1s';
  EXCEPTION WHEN invalid_parameter_value THEN
    NULL;
  END $$;
  SELECT pg_advisory_xact_lock(hashtext('drydock schema'), hashtext(current_schema()))`;

/**
 * Older replicas take turns meanwhile: each locks the head and then the events, so this does it in the same order. While it waits for
 * what reads for long, as a backup does, all turns wait behind it: so it gives up before theirs do.
 */
const LOCK_TABLES = "SET LOCAL lock_timeout = '3s'; LOCK TABLE head; LOCK TABLE event";

/**
 * Brings the tables to this version's format. If they have it already, nothing is locked: a replica that starts stops no other one.
 * Throws OperatorError for a newer format, and where the tables are read all the time.
 */
export async function prepareSchema(db: Postgres): Promise<void> {
  if ((await formatOf(db)) === MIGRATIONS.length) return;
  await db.session(migrate, NO_TIMEOUT).catch((error: unknown) => {
    throw isLocked(error) ? new OperatorError(IS_READ) : error;
  });
}

const IS_READ =
  "The ledger's tables cannot get their new format while something reads them: a backup, an audit, or a replica that starts. Nothing was changed. Start Drydock again when that has ended.";

async function migrate(session: Session): Promise<void> {
  await session.rows(`BEGIN; ${LOCK}`);
  const format = await formatOf(session);
  if (format === 0) await assertEncoding(session);
  if (format === 0)
    await session.rows(
      "CREATE TABLE format (one int PRIMARY KEY CHECK (one = 1), version int NOT NULL); INSERT INTO format VALUES (1, 0)",
    );
  else await session.rows(LOCK_TABLES);
  for (const sql of MIGRATIONS.slice(format)) await session.rows(sql);
  await session.rows("UPDATE format SET version = $1", [MIGRATIONS.length]);
  await session.rows("COMMIT");
}

/** With most others, PostgreSQL would refuse names and reasons once somebody types them. SQL_ASCII takes every text as it is. */
async function assertEncoding(session: Session): Promise<void> {
  const [row] = await session.rows<{ encoding: string }>("SELECT getdatabaseencoding() AS encoding");
  const encoding = row?.encoding ?? "";
  if (!["UTF8", "SQL_ASCII"].includes(encoding))
    throw new OperatorError(
      `The database in DATABASE_URL has the encoding ${encoding}, which lacks many characters. Create one with UTF8: createdb --encoding UTF8 --template template0 drydock`,
    );
}

/** 0 = there are no tables yet. */
export async function formatOf(session: Session): Promise<number> {
  // By the catalog's rows, which nothing keeps: another replica may just have made the table.
  const found = await session.rows(
    "SELECT 1 FROM pg_class JOIN pg_namespace AS n ON n.oid = relnamespace WHERE relname = 'format' AND nspname = current_schema()",
  );
  if (found.length === 0) return 0;
  const [row] = await session.rows<{ version: number }>("SELECT version FROM format");
  const version = row?.version ?? 0;
  if (version > MIGRATIONS.length)
    throw new OperatorError(
      `The ledger has format ${version}, and this Drydock knows ${MIGRATIONS.length} at most: start the newer Drydock again.`,
    );
  return version;
}
