import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** The program within the folder that its package is installed in. */
export const LOCAL_SLACK = "node_modules/local-slack-linux-x64/bin/local-slack";
/** It is published for one platform only. */
export const runsLocalSlack = process.platform === "linux" && process.arch === "x64";

const READY = 20_000;

/**
 * local-slack has no setting for the interface that it listens on and would take all of them. It is a program compiled
 * by Bun, which takes options of its own from the environment: what it loads first here names the loopback interface.
 */
const LOOPBACK = `const { serve } = Bun;
Bun.serve = (options) => serve({ ...options, hostname: "127.0.0.1" });
`;

/** Starts local-slack on a free port. @param prefix where its package is installed. @param directory what it may write to. */
export async function startProgram(
  prefix: string,
  directory: string,
  config: object,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  writeFileSync(join(directory, "loopback.js"), LOOPBACK);
  writeFileSync(join(directory, "config.json"), JSON.stringify(config));
  const program = spawn(
    join(prefix, LOCAL_SLACK),
    ["--config", "config.json", "--port", "0", "--base-host", "127.0.0.1", "--files-dir", join(directory, "files")],
    {
      cwd: directory,
      env: { PATH: process.env.PATH, BUN_OPTIONS: "--preload ./loopback.js" },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const gone = new Promise<void>((resolve) => program.once("exit", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    let said = "";
    const fail = (why: string) => reject(new Error(`local-slack ${why}:\n${said}`));
    const late = setTimeout(() => fail("was not ready in time"), READY);
    const read = (chunk: Buffer) => {
      said += chunk.toString("utf8");
      const found = /Web API base:\s+(http:\S+)\/api\//.exec(said)?.[1];
      if (!found) return;
      clearTimeout(late);
      resolve(found);
    };
    program.stdout.on("data", read);
    program.stderr.on("data", read);
    program.once("error", ({ message }) => fail(`cannot be started (${message})`));
    program.once("exit", (code) => fail(`ended with ${code}`));
  });
  return {
    url,
    async stop() {
      program.kill("SIGTERM");
      await gone;
    },
  };
}
