import { UsageError } from "./options.ts";

/** This machine lacks what the program needs: said in a sentence. */
export class CannotRun extends Error {
  override readonly name = "CannotRun";
}

/**
 * Runs one of the playground's programs: `--help` prints its usage, and what a person can put right is a sentence. The exit
 * code is 2 for a wrong option and 1 for every other failure.
 */
export function runProgram(usage: string, main: (argv: readonly string[]) => Promise<void>): void {
  const argv = process.argv.slice(2);
  if (argv.includes("--help") || argv.includes("-h")) {
    console.log(usage);
    return;
  }
  main(argv).catch((error: unknown) => {
    if (error instanceof UsageError) console.error(`${error.message}\n\n${usage}`);
    else console.error(sentenceFor(error) ?? error);
    process.exit(error instanceof UsageError ? 2 : 1);
  });
}

function sentenceFor(error: unknown): string | undefined {
  if (error instanceof CannotRun) return error.message;
  const { code, port, address } = error as { code?: unknown; port?: unknown; address?: unknown };
  if (code === "EADDRINUSE")
    return `Port ${port} is in use by another program. Choose another one, or --port 0 for any that is free.`;
  if (code === "EACCES" && port !== undefined)
    return `This account may not listen on port ${port}. Choose one from 1024 on, or --port 0 for any that is free.`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return `This machine has no address ${address ?? "of this name"}.`;
  return undefined;
}

/** Stops and ends with 0 when the process is asked to end. A terminal and npm may both ask: the second time changes nothing. */
export function endOnSignals(stop: () => Promise<void>): void {
  let asked = false;
  const end = () => {
    if (asked) return;
    asked = true;
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
}
