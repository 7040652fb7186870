import { spawn } from "node:child_process";
import type { Clock } from "../../src/core/ports.ts";
import { createLog } from "../../src/log.ts";
import { runProgram as run } from "../../src/program.ts";
import { systemClock, systemRandom } from "../../src/system.ts";

export interface Ran {
  readonly status: number | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

type Variables = Readonly<Record<string, string>>;

/** Runs Drydock's program to its end inside the test's process, with nothing in its environment but what is given. */
export async function runProgram(
  argv: readonly string[],
  env: Variables = {},
  clock: Clock = systemClock,
): Promise<Ran> {
  const stdout = collector();
  const stderr = collector();
  const status = await run(argv, {
    env,
    clock,
    random: systemRandom,
    stdout,
    stderr,
    log: (level) => createLog(level, stdout),
    signals: { on: () => undefined, off: () => undefined },
    exit: () => undefined,
  });
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}

function collector() {
  let text = "";
  return {
    write(part: string) {
      text += part;
    },
    text: () => text,
  };
}

/** Starts the compiled program as a process; `printed` is its standard output so far. */
export function startProgram(args: readonly string[], env: Variables = {}) {
  const child = spawn("node", ["dist/src/main.js", ...args], { env: { PATH: process.env.PATH ?? "", ...env } });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
  });
  const ended = new Promise<Ran>((resolve) => child.on("close", (status) => resolve({ status, stdout, stderr })));
  return { child, ended, printed: () => stdout };
}
