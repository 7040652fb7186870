import { spawn } from "node:child_process";

/** A Drydock that runs. */
export interface RunningBot {
  readonly pid: number | undefined;
  /** Ends it: SIGTERM lets it stop by itself. The exit code, or null if a signal ended it. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<number | null>;
}

/** Starts Drydock and waits until it is ready; `log` takes what it writes. Rejects with what it said if it does not get there. */
export type StartBot = (
  configFile: string,
  env: Readonly<Record<string, string>>,
  log: (text: string) => void,
) => Promise<RunningBot>;

const READY_TIMEOUT = 120_000;
/** It answers people, or another replica does. */
const READY = /Drydock is ready|this one is a standby/;

/** Starts Drydock as a program of its own, e.g. `["node", "dist/src/main.js"]`. */
export function programStarter([program = "node", ...args]: readonly string[]): StartBot {
  return async (configFile, env, log) => {
    let said = "";
    const child = spawn(program, [...args, "--config", configFile], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`Drydock was not ready in time:\n${said}`)), READY_TIMEOUT);
      const read = (chunk: Buffer) => {
        said += chunk.toString("utf8");
        log(chunk.toString("utf8"));
        if (READY.test(said)) {
          clearTimeout(late);
          resolve();
        }
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      void exited.then(() => {
        clearTimeout(late);
        reject(new Error(`Drydock ended before it was ready:\n${said}`));
      });
    });
    return {
      pid: child.pid,
      async end(signal) {
        if (child.exitCode === null && child.signalCode === null) child.kill(signal);
        return exited;
      },
    };
  };
}
