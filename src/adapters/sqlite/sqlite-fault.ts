import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { OperatorError } from "../../core/ports.ts";

/** What SQLite reports about a file, as a sentence for the operator. What is none of it is a bug, and returned as it is. */
export function sqliteFault(file: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = "code" in error ? String(error.code) : "";
  if (code === "ERR_DLOPEN_FAILED" || error.message.startsWith("Could not locate the bindings file"))
    return new OperatorError(
      `The package better-sqlite3 is not built for Node ${process.version}. Build it again with: npm rebuild better-sqlite3`,
    );
  const [library, kind = ""] = code.split("_");
  const sentence = library === "SQLITE" ? SENTENCES[kind] : undefined;
  return sentence ? new OperatorError(sentence(file)) : error;
}

/** A page of a file that was right when it was opened. */
export function isDamage(error: unknown): boolean {
  return error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_CORRUPT");
}

/** By the middle of SQLite's result codes, e.g. SQLITE_READONLY_DIRECTORY. Source: sqlite.org/rescode.html */
const SENTENCES: Readonly<Record<string, (file: string) => string>> = {
  NOTADB: (file) => `${file} is not a SQLite database. Give another file, or restore it from a backup.`,
  CORRUPT: (file) => `${file} is damaged. Restore it from a backup.`,
  CANTOPEN: (file) => `Drydock cannot open ${file}. ${ACCESS}`,
  READONLY: (file) => `Drydock may not write ${file}. ${ACCESS}`,
  PERM: (file) => `Drydock may not open ${file}. ${ACCESS}`,
  FULL: (file) => `The disk that holds ${file} is full. Make room there and try again.`,
  IOERR: (file) => `The disk that holds ${file} reports an error. Check the disk, then try again.`,
  BUSY: (file) => `Another program has locked ${file}. Close that program and try again.`,
};

const ACCESS = "Let the user that runs Drydock read and write the file and its folder.";

/** Throws OperatorError if the folder of a file that is to be written is missing. */
export function requireFolder(file: string): void {
  const folder = dirname(resolve(file));
  if (existsSync(folder)) return;
  throw new OperatorError(
    `There is no folder ${folder}. Make it first (mkdir -p ${folder}), or give a file in another folder.`,
  );
}
