// biome-ignore lint/style/noRestrictedImports: the one place that opens databases.
import Sqlite from "better-sqlite3";

/** A prepared statement. Iterators are left out: each would be an object for the garbage collector. */
export type Statement<Parameters extends unknown[], Row> = Pick<
  Sqlite.Statement<Parameters, Row>,
  "all" | "get" | "run"
>;

/** What Drydock uses of a SQLite database. */
export interface Database extends Pick<Sqlite.Database, "close" | "exec" | "transaction"> {
  /** Returns the same statement for the same SQL. */
  prepare<Parameters extends unknown[], Row = unknown>(sql: string): Statement<Parameters, Row>;
  /** From now on a locked file is waited for only as long as people can wait for an answer. */
  answerSoon(): void;
}

/**
 * How long a running Drydock waits for a file that another program has locked, in ms. The wait holds up the whole process, and Slack
 * shows an error if a command is not acknowledged within 3 s.
 */
const BUSY_TIMEOUT = 250;

/**
 * Keeps every database and statement until the process ends. Compiled on Node 24.19 or later, better-sqlite3 aborts the process
 * when one is garbage-collected at the wrong moment (docs/adr/0023-sqlite-on-node-24.md).
 */
const kept: object[] = [];

export function openDatabase(file: string, options: Pick<Sqlite.Options, "readonly" | "timeout"> = {}): Database {
  const db = new Sqlite(file, options);
  const statements = new Map<string, Sqlite.Statement>();
  kept.push(db, statements);
  return {
    prepare<Parameters extends unknown[], Row>(sql: string) {
      const statement = statements.get(sql) ?? db.prepare(sql);
      statements.set(sql, statement);
      return statement as unknown as Statement<Parameters, Row>;
    },
    exec: (sql) => db.exec(sql),
    answerSoon: () => void db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`),
    transaction: (work) => db.transaction(work),
    close: () => db.close(),
  };
}
