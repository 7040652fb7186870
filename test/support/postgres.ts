import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, inject, describe as vitestDescribe } from "vitest";
import { type Binaries, findBinaries, NOBODY, runsAsRoot } from "./postgres-binaries.ts";

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

/** A real PostgreSQL, for the tests of one file. */
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

const USER = "drydock";

/** The server in DATABASE_URL, else one of this test file's own, which ends with it. Call it at the top of the file. */
export function usePostgres(): Postgres {
  const given = process.env.DATABASE_URL;
  return given ? placesIn(() => given) : useOwnPostgres();
}

/** A server that a test may crash. Call it at the top of the file. */
export function useOwnPostgres(): OwnPostgres {
  let server: Server | undefined;
  const running = (): Server => {
    if (!server) throw new Error("PostgreSQL is not started yet: ask for it within a test.");
    return server;
  };
  beforeAll(async () => {
    if (inject("noPostgres") === "") server = await startServer();
  });
  afterAll(() => server?.remove());
  return {
    ...placesIn(() => running().url),
    crash: () => running().end("SIGQUIT"),
    restart: () => running().start(),
  };
}

function placesIn(url: () => string): Postgres {
  let made = 0;
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
  const names: string[] = [];
  afterAll(async () => {
    for (const name of names) await sql(`DROP SCHEMA IF EXISTS ${name} CASCADE`).catch(() => {});
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

interface Server {
  readonly url: string;
  start(): Promise<void>;
  /** Fulfilled once the server has ended. */
  end(signal: NodeJS.Signals): Promise<void>;
  remove(): Promise<void>;
}

async function startServer(): Promise<Server> {
  const { initdb, postgres } = binaries();
  const folder = mkdtempSync(join(inject("postgresFolder"), "s-"));
  const data = join(folder, "data");
  if (runsAsRoot()) chownSync(folder, NOBODY, NOBODY);
  await run("cp", ["-R", await template(initdb), data]);
  let child: ChildProcess | undefined;

  async function start(): Promise<void> {
    const settings = [
      `unix_socket_directories=${folder}`,
      "listen_addresses=",
      "max_connections=80",
      "shared_buffers=16MB",
    ];
    child = spawn(postgres, ["-D", data, ...settings.flatMap((setting) => ["-c", setting])], {
      ...identity(),
      stdio: ["ignore", "ignore", "pipe"],
      env: { LC_ALL: "C" },
    });
    let said = "";
    await new Promise<void>((resolve, reject) => {
      child?.once("exit", () => reject(new Error(`PostgreSQL did not start. ${said.slice(-2_000)}`)));
      child?.once("error", reject);
      child?.stderr?.on("data", (chunk: Buffer) => {
        // What it says later is what tests make it say.
        if (said.length < 20_000) said += chunk.toString();
        if (said.includes("ready to accept connections")) resolve();
      });
    });
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = child;
    child = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, "exit");
    ending.kill(signal);
    await ended;
  }

  // A worker that ends early takes its server with it.
  process.once("exit", () => child?.kill("SIGQUIT"));
  await start();
  return {
    url: `postgresql://${USER}:${inject("postgresPassword")}@localhost/postgres?host=${encodeURIComponent(folder)}`,
    start,
    end,
    async remove() {
      await end("SIGQUIT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Data of a server that never ran, made once in a run. */
async function template(initdb: string): Promise<string> {
  const path = join(inject("postgresFolder"), "template");
  if (existsSync(path)) return path;
  const draft = mkdtempSync(`${path}-`);
  const password = join(draft, "password");
  writeFileSync(password, inject("postgresPassword"));
  if (runsAsRoot()) for (const one of [draft, password]) chownSync(one, NOBODY, NOBODY);
  // Its order of texts is not that of bytes: nothing may depend on the one that a database happens to have.
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en"];
  const rights = [`--username=${USER}`, "--auth=scram-sha-256", `--pwfile=${password}`];
  await run(initdb, ["-D", join(draft, "data"), "--no-sync", "--wal-segsize=4", ...locale, ...rights]);
  try {
    renameSync(join(draft, "data"), path);
  } catch {
    // Another worker made it meanwhile.
  }
  rmSync(draft, { recursive: true, force: true });
  return path;
}

function binaries(): Binaries {
  const found = findBinaries();
  if (typeof found === "string") throw new Error(found);
  return found;
}

function run(program: string, words: readonly string[]): Promise<unknown> {
  return promisify(execFile)(program, words, { ...identity(), env: { ...process.env, LC_ALL: "C" } });
}

function identity(): { readonly uid?: number; readonly gid?: number } {
  return runsAsRoot() ? { uid: NOBODY, gid: NOBODY } : {};
}
