#!/usr/bin/env node
import { createLog } from "./log.ts";
import { runProgram } from "./program.ts";
import { systemClock, systemRandom } from "./system.ts";

/** The program: gives Drydock the process's arguments, environment, signals and exit. */

// A reader such as `head` may end before everything is written.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  const why = error.code === "ENOSPC" ? "the disk that holds the output is full" : error.message;
  process.stderr.write(`Drydock could not print its answer: ${why}.\n`);
  process.exit(1);
});
// Where nobody reads why it failed, the exit code still says that it did.
process.stderr.on("error", () => undefined);

const code = await runProgram(process.argv.slice(2), {
  env: process.env,
  clock: systemClock,
  random: systemRandom,
  stdout: process.stdout,
  stderr: process.stderr,
  log: (level) => createLog(level),
  signals: process,
  exit: (code) => process.exit(code),
});
// A fault may leave something open, which would keep the process alive. An answer ends by itself, once it is written.
if (code) process.exit(code);
