import { randomBytes } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, inject, describe as vitestDescribe } from "vitest";
import { type PostgresServer, startPostgres } from "../../playground/postgres/start-postgres.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Why the tests on PostgreSQL are not run; "" = they are. */
    noPostgres: string;
    /** Where this run's servers keep their data. */
    postgresFolder: string;
    /** The servers' password: a test can look for it wherever it may not be. */
    postgresPassword: string;
  }
}

/** The tests on PostgreSQL: not run, and said at the end of the run, where there is none. */
export const describe = vitestDescribe.skipIf(inject("noPostgres") !== "");

/** A real PostgreSQL. */
export interface Postgres {
  /** The URL of an empty place in it, which no other test sees: a schema of its own. */
  fresh(): Promise<string>;
  /** Carries out SQL as the server's owner. @param url the place; left out: no test's. */
  sql(text: string, url?: string): Promise<readonly Record<string, unknown>[]>;
}

export interface OwnPostgres extends Postgres {
  /** Ends the server as a crash does: nothing is finished, nothing is flushed. */
  crash(): Promise<void>;
  /** Starts it again after a crash, on the same data and address. */
  restart(): Promise<void>;
}

/** The one of this worker, which serves its test files in turn. It is ended with the worker, or at the end of the run. */
let shared: Promise<PostgresServer> | undefined;

/** The server in DATABASE_URL, else one that other test files use too. Call it at the top of the file. */
export function usePostgres(): Postgres {
  let url = process.env.DATABASE_URL ?? "";
  beforeAll(async () => {
    if (url !== "" || inject("noPostgres") !== "") return;
    shared ??= start();
    url = (await shared).url;
  });
  return placesIn(() => url);
}

/** A server that a test may crash. Call it at the top of the file. */
export function useOwnPostgres(): OwnPostgres {
  let server: PostgresServer | undefined;
  const running = (): PostgresServer => {
    if (!server) throw new Error("PostgreSQL is not started yet: ask for it within a test.");
    return server;
  };
  beforeAll(async () => {
    if (inject("noPostgres") === "") server = await start();
  });
  afterAll(() => server?.remove());
  return {
    ...placesIn(() => running().url),
    crash: () => running().end("SIGQUIT"),
    restart: () => running().start(),
  };
}

function start(): Promise<PostgresServer> {
  return startPostgres({ folder: inject("postgresFolder"), password: inject("postgresPassword") });
}

function placesIn(url: () => string): Postgres {
  let made = 0;
  const names: string[] = [];
  async function sql(text: string, at = url()): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: at });
    client.on("error", () => {});
    await client.connect();
    try {
      const { rows } = await client.query(text);
      return rows ?? [];
    } finally {
      await client.end();
    }
  }
  // A server of the test's own goes as a whole.
  afterAll(async () => {
    if (process.env.DATABASE_URL) for (const name of names) await sql(`DROP SCHEMA ${name} CASCADE`);
  });
  return {
    sql,
    async fresh() {
      made += 1;
      const name = `test_${process.pid}_${randomBytes(4).toString("hex")}_${made}`;
      await sql(`CREATE SCHEMA ${name}`);
      names.push(name);
      const place = new URL(url());
      place.searchParams.set("options", `-csearch_path=${name}`);
      return place.href;
    },
  };
}
