/**
 * `npm run test:others`: installs packages by others into a temporary folder (exact versions and checksums:
 * test/others/packages), has Drydock judged by them, and removes everything again. Arguments go to vitest.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LOCAL_SLACK, runsLocalSlack } from "./local-slack/program.ts";

const folder = mkdtempSync(join(tmpdir(), "drydock-others-"));
let running: ChildProcess | undefined;

/** Ends with this code, and with it whatever was started and written. */
function end(code: number): never {
  // The group holds the workers, and what they started: workspaces and bots.
  if (running?.pid !== undefined) {
    try {
      process.kill(-running.pid, "SIGKILL");
    } catch {
      // Nobody is left in it.
    }
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  process.exit(code);
}

async function run(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  const started = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit"],
    detached: true,
  });
  running = started;
  const code = await new Promise<number>((resolve, reject) => {
    started.once("error", reject).once("exit", (status) => resolve(status ?? 1));
  });
  if (code !== 0) end(code);
}

for (const [signal, code] of [
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)
  process.on(signal, () => end(code));
// npm hands a signal to its shell alone, which ends without a word to us.
const parent = process.ppid;
setInterval(() => process.ppid !== parent && end(143), 500).unref();

try {
  for (const file of ["package.json", "package-lock.json"])
    copyFileSync(fileURLToPath(new URL(`packages/${file}`, import.meta.url)), join(folder, file));
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"];
  await run("npm", ["ci", "--prefix", folder, ...quiet]);
  if (runsLocalSlack && !existsSync(join(folder, LOCAL_SLACK)))
    throw new Error("npm left out local-slack-linux-x64, which it takes for optional: it could not be fetched.");
  const temporary = join(folder, "tmp");
  mkdirSync(temporary);
  await run(
    "node_modules/.bin/vitest",
    ["run", "--root", ".", "--config", "test/others/vitest.config.ts", ...process.argv.slice(2)],
    { DRYDOCK_OTHERS: folder, TMPDIR: temporary },
  );
  end(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  end(1);
}
