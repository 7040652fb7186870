import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { COMPILED } from "../support/compiled.ts";
import { type CuttableNetwork, openProxy } from "../support/postgres-proxy.ts";
import { openWallClock } from "./wall-clock.ts";

/** As a supervisor starts a process that ended, in ms. */
const START_AGAIN_AFTER = 250;
/** A second past what a stop may take, in ms. */
const STOP_TIMEOUT = 30_000;

export interface LogLine {
  /** When the harness read it (monotonic). */
  readonly at: number;
  readonly pid: number;
  readonly msg: string;
  readonly level: number;
  readonly [more: string]: unknown;
}

/** A Drydock of its own on a database that others share: a real process, started again whenever it ends. */
export interface Replica {
  readonly name: string;
  readonly network: CuttableNetwork;
  readonly lines: readonly LogLine[];
  /** How often it ended though no one killed it. */
  readonly ownEnds: readonly string[];
  pid(): number | undefined;
  /** kill -9. Fulfilled once the process has ended. */
  kill(): Promise<void>;
  freeze(): void;
  wake(): void;
  /** SIGTERM, and no further start. The exit code. */
  stop(): Promise<number | null>;
}

/** @param given its configuration is that of all replicas, in a folder of its own. */
export async function startReplica(given: {
  readonly name: string;
  readonly configFile: string;
  readonly env: Readonly<Record<string, string>>;
  readonly database: string;
  /** How far its wall clock is ahead of the machine's, in ms. */
  readonly ahead: number;
}): Promise<Replica> {
  const { name, configFile } = given;
  const folder = join(dirname(configFile), name);
  mkdirSync(folder, { recursive: true });
  const config = join(folder, "drydock.yml");
  writeFileSync(config, readFileSync(configFile));
  const database = new URL(given.database);
  // The database says by this name whose connections it has.
  database.searchParams.set("application_name", name);
  const network = await openProxy(database.href);
  const [program = "node", ...args] = COMPILED;
  const wallClock = openWallClock();
  wallClock.set(given.ahead);
  const lines: LogLine[] = [];
  const ownEnds: string[] = [];
  let child: ChildProcess | undefined;
  let isStopping = false;
  let isKilled = false;

  function start(): void {
    isKilled = false;
    const started = spawn(program, [...wallClock.arguments, ...args, "--config", config], {
      env: { PATH: process.env.PATH, ...given.env, DATABASE_URL: network.url },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    let rest = "";
    let said = "";
    started.stdout.on("data", (chunk: Buffer) => {
      const parts = (rest + chunk.toString("utf8")).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) read(part, started.pid ?? 0);
    });
    started.stderr.on("data", (chunk: Buffer) => {
      said = (said + chunk.toString("utf8")).slice(-500);
    });
    started.once("exit", (code, signal) => {
      if (!isKilled && !isStopping) ownEnds.push(`${code ?? signal} ${said.trim() || (lines.at(-1)?.msg ?? "")}`);
      if (!isStopping) void delay(START_AGAIN_AFTER).then(() => isStopping || start());
    });
  }

  function read(text: string, pid: number): void {
    try {
      lines.push({ ...(JSON.parse(text) as LogLine), at: performance.now(), pid });
    } catch {
      lines.push({ at: performance.now(), pid, level: 50, msg: text });
    }
  }

  async function end(signal: "SIGKILL" | "SIGTERM"): Promise<number | null> {
    const ending = child;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return ending?.exitCode ?? null;
    const ended = once(ending, "exit");
    ending.kill(signal);
    await ended;
    return ending.exitCode;
  }

  // A storm that ends early takes its replicas with it.
  process.once("exit", () => child?.kill("SIGKILL"));
  start();
  return {
    ...{ name, network, lines, ownEnds },
    pid: () => (child?.exitCode === null && child.signalCode === null ? child.pid : undefined),
    async kill() {
      isKilled = true;
      await end("SIGKILL");
    },
    freeze: () => void child?.kill("SIGSTOP"),
    wake: () => void child?.kill("SIGCONT"),
    async stop() {
      isStopping = true;
      const late = setTimeout(() => child?.kill("SIGKILL"), STOP_TIMEOUT);
      const code = await end("SIGTERM");
      clearTimeout(late);
      network.close();
      wallClock.remove();
      return code;
    },
  };
}
