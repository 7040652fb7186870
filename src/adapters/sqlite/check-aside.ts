import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { openDatabase } from "./database.ts";
import { damaged } from "./prepare-ledger.ts";

/** Says what is wrong with a database, or "ok". */
const CHECK = `
const [sqlite, file] = process.argv.slice(1);
const db = new (require(sqlite))(file, { readonly: true });
process.stdout.write(String(db.prepare("PRAGMA integrity_check(1)").get().integrity_check));
`;

/**
 * Checks the pages and indexes of a ledger in a process of its own: SQLite does it in one piece, which takes seconds for a large file.
 * Rejects with an OperatorError if the file is damaged. When `signal` is aborted it ends early, and the process has ended then.
 */
export async function checkAside(file: string, signal: AbortSignal): Promise<void> {
  const answer = await ask(file, signal);
  if (answer !== "ok" && answer !== "stopped") throw damaged(file, answer);
}

/** @returns the answer of the check, or "stopped": a supervisor may stop all processes of Drydock at once. */
async function ask(file: string, signal: AbortSignal): Promise<string> {
  const sqlite = createRequire(import.meta.url).resolve("better-sqlite3");
  // It only reads, so it may be killed at any moment.
  const options = { env: {}, signal, killSignal: "SIGKILL" } as const;
  let ended: Promise<unknown> | undefined;
  try {
    const checked = promisify(execFile)(process.execPath, ["-e", CHECK, sqlite, file], options);
    ended = new Promise((resolve) => checked.child.once("close", resolve));
    return (await checked).stdout;
  } catch (error) {
    if (signal.aborted) {
      await ended;
      return "stopped";
    }
    const { signal: by } = error as { readonly signal?: string | null };
    return by === "SIGTERM" || by === "SIGINT" ? "stopped" : checkHere(file);
  }
}

/** In this process, which answers nothing meanwhile: the other one could not run, or was ended. */
function checkHere(file: string): string {
  const db = openDatabase(file);
  try {
    return String(db.prepare<[], { integrity_check: string }>("PRAGMA integrity_check(1)").get()?.integrity_check);
  } finally {
    db.close();
  }
}
