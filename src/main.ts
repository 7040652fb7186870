#!/usr/bin/env node
import { createLog } from "./log.ts";
import { runProgram } from "./program.ts";
import { systemClock, systemRandom } from "./system.ts";

/** The program: gives Drydock the process's arguments, environment, signals and exit. */

// A reader such as `head` may end before everything is written.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

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
