import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CannotRun } from "../run-program.ts";
import { type Binaries, findBinaries, NOBODY, runsAsRoot } from "./find-binaries.ts";

/** A PostgreSQL of its own, which no other program reaches: it listens on a socket in its folder. */
export interface PostgresServer {
  readonly url: string;
  start(): Promise<void>;
  /** Fulfilled once the server has ended. SIGQUIT ends it as a crash does. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** Ends it, and deletes its data. */
  remove(): Promise<void>;
}

export interface PostgresPlace {
  /** Holds the servers' data. It belongs to the user that they run as. */
  readonly folder: string;
  readonly password: string;
}

const USER = "drydock";

/** Starts a new server, from data that are made once in each folder. */
export async function startPostgres({ folder: parent, password }: PostgresPlace): Promise<PostgresServer> {
  const { initdb, postgres } = binaries();
  const folder = mkdtempSync(join(parent, "s-"));
  const data = join(folder, "data");
  if (runsAsRoot()) chownSync(folder, NOBODY, NOBODY);
  await run("cp", ["-R", await template(initdb, parent, password), data]);
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
        // What it says later is what its users make it say.
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

  // A process that ends early takes its server with it.
  process.once("exit", () => child?.kill("SIGQUIT"));
  await start();
  return {
    url: `postgresql://${USER}:${password}@localhost/postgres?host=${encodeURIComponent(folder)}`,
    start,
    end,
    async remove() {
      await end("SIGQUIT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Data of a server that never ran. */
async function template(initdb: string, folder: string, password: string): Promise<string> {
  const path = join(folder, "template");
  if (existsSync(path)) return path;
  const draft = mkdtempSync(`${path}-`);
  const passwordFile = join(draft, "password");
  writeFileSync(passwordFile, password);
  if (runsAsRoot()) for (const one of [draft, passwordFile]) chownSync(one, NOBODY, NOBODY);
  // Its order of texts is not that of bytes: nothing may depend on the one that a database happens to have.
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=en"];
  const rights = [`--username=${USER}`, "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
  await run(initdb, ["-D", join(draft, "data"), "--no-sync", "--wal-segsize=4", ...locale, ...rights]);
  try {
    renameSync(join(draft, "data"), path);
  } catch {
    // Another process made it meanwhile.
  }
  rmSync(draft, { recursive: true, force: true });
  return path;
}

function binaries(): Binaries {
  const found = findBinaries();
  if (typeof found === "string") throw new CannotRun(found);
  return found;
}

function run(program: string, words: readonly string[]): Promise<unknown> {
  return promisify(execFile)(program, words, { ...identity(), env: { ...process.env, LC_ALL: "C" } });
}

function identity(): { readonly uid?: number; readonly gid?: number } {
  return runsAsRoot() ? { uid: NOBODY, gid: NOBODY } : {};
}
