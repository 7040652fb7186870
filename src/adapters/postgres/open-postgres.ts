import type { Client, PoolConfig, QueryConfig, QueryResult } from "pg";
import { OperatorError } from "../../core/ports.ts";
import type { Secret } from "../../core/secret.ts";

/** One connection, or any of several. */
export interface Session {
  /** Carries out one statement. Several are allowed where there are no values: then the last one's rows are returned. */
  rows<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** What Drydock uses of PostgreSQL. */
export interface Postgres extends Session {
  /**
   * Several statements on one connection, which nothing else uses meanwhile. If `work` throws, its transaction is rolled back.
   * @param timeout of one statement, in ms
   */
  session<T>(work: (session: Session) => Promise<T>, timeout?: number): Promise<T>;
  /** A connection of its own, which stays open, and leads to the database itself and not to a pooler. */
  direct(handlers: { readonly onNotice: (payload: string) => void; readonly onEnd: () => void }): Promise<Direct>;
  close(): Promise<void>;
}

export interface Direct extends Session {
  /** The server's process, as the connection was told; a pooler has a number of its own. */
  readonly pid: number;
  close(): void;
}

export interface PostgresAddress {
  readonly url: Secret;
  /** Past a pooler, if `url` leads to one. */
  readonly directUrl?: Secret | undefined;
}

/** For the ledger's turns and reads at the same time. */
const MAX_CONNECTIONS = 4;
const CONNECT_TIMEOUT = 5_000;
/** A turn may wait for those of other replicas, and a commit for a standby. */
const QUERY_TIMEOUT = 10_000;
/** It is asked only what is answered at once. */
const DIRECT_TIMEOUT = 2_000;
const BIGINT = 20;

/** For a statement that takes as long as it takes, e.g. because it writes a table anew: the longest time that a timer knows, in ms. */
export const NO_TIMEOUT = 2 ** 31 - 1;

/** The package is loaded only here, and only by those who have set DATABASE_URL. Throws OperatorError. */
export async function openPostgres({ url, directUrl = url }: PostgresAddress): Promise<Postgres> {
  const { Client, Pool, types } = await loaded();
  // Positions and times fit a number.
  const parsed = {
    getTypeParser: (oid: number, format?: "text") => (oid === BIGINT ? Number : types.getTypeParser(oid, format)),
  } as PoolConfig["types"];
  const pool = new Pool({ ...settingsOf(url), types: parsed, max: MAX_CONNECTIONS });
  let closing: Promise<void> | undefined;
  // An idle connection that breaks is made anew when it is needed.
  pool.on("error", () => {});

  return {
    rows: async (text, values) => rowsOf(await pool.query(text, values && [...values])),
    async session(work, timeout) {
      const client = await pool.connect();
      let isLost = false;
      const lose = () => {
        isLost = true;
      };
      client.once("error", lose);
      // A connection on which a statement failed is thrown away: the transaction has ended for certain once its connection has.
      const query = (text: string, values?: readonly unknown[]) =>
        client
          .query({ text, ...(values && { values: [...values] }), query_timeout: timeout } as QueryConfig)
          .catch((error: unknown) => {
            lose();
            throw error;
          });
      try {
        return await work({ rows: async (text, values) => rowsOf(await query(text, values)) });
      } catch (error) {
        if (!isLost) await query("ROLLBACK").catch(() => {});
        throw error;
      } finally {
        client.removeListener("error", lose);
        client.release(isLost);
      }
    },
    async direct({ onNotice, onEnd }) {
      const client = new Client({ ...settingsOf(directUrl), types: parsed, query_timeout: DIRECT_TIMEOUT });
      client.on("error", () => {});
      client.once("end", onEnd);
      client.on("notification", ({ payload = "" }) => onNotice(payload));
      await client.connect();
      const { processID } = client as Client & { readonly processID: number };
      return {
        rows: async (text, values) => rowsOf(await client.query(text, values && [...values])),
        pid: processID,
        close: () => void client.end().catch(() => {}),
      };
    },
    close() {
      closing ??= pool.end();
      return closing;
    },
  };
}

function settingsOf(url: Secret): PoolConfig {
  return {
    connectionString: url.reveal(),
    application_name: "drydock",
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    query_timeout: QUERY_TIMEOUT,
    keepAlive: true,
  };
}

async function loaded(): Promise<Pick<typeof import("pg"), "Client" | "Pool" | "types">> {
  try {
    return await import("pg");
  } catch {
    throw new OperatorError(
      "DATABASE_URL needs the package pg, which is not installed. Install Drydock with its optional packages.",
    );
  }
}

/** Several statements have a result each. */
function rowsOf<Row>(result: QueryResult | readonly QueryResult[]): readonly Row[] {
  const last = Array.isArray(result) ? result.at(-1) : result;
  return last?.rows ?? [];
}
