import { spawn } from "node:child_process";

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs Drydock's compiled program to its end, with nothing in its environment but what is given. */
export function runProgram(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return startProgram(args, env).ended;
}

/** Starts it; `printed` is its standard output so far. */
export function startProgram(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
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
