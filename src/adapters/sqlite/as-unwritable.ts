import { LedgerUnwritable } from "../../model/ledger-port.ts";

/** LedgerUnwritable if that is what the code of SQLite or of the file system means; every other error as it is. */
export function asUnwritable(error: unknown): unknown {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code.startsWith("SQLITE_READONLY") || code === "EROFS") return new LedgerUnwritable("read-only");
  if (code === "SQLITE_FULL" || code === "ENOSPC" || code === "EDQUOT") return new LedgerUnwritable("full");
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) return new LedgerUnwritable("locked");
  return code.startsWith("SQLITE_IOERR") || code === "EIO" ? new LedgerUnwritable("failing") : error;
}
