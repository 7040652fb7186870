import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { promisify } from "node:util";
import { damaged } from "./prepare-ledger.ts";

/** Says what is wrong with a database, or "ok". */
const CHECK = `
const [sqlite, file] = process.argv.slice(1);
const db = new (require(sqlite))(file, { readonly: true });
process.stdout.write(String(db.prepare("PRAGMA integrity_check(1)").get().integrity_check));
`;

/**
 * Checks the pages and indexes of a ledger in a process of its own: SQLite does it in one piece, which takes seconds for a large file.
 * Rejects with an OperatorError if the file is damaged.
 */
export async function checkAside(file: string): Promise<void> {
  const sqlite = createRequire(import.meta.url).resolve("better-sqlite3");
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", CHECK, sqlite, file], { env: {} });
  if (stdout !== "ok") throw damaged(file, stdout);
}
