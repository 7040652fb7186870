import { LedgerUnwritable } from "../../app/ports.ts";
import type { Database } from "../database.ts";
import type { Reserve } from "./reserve.ts";

/** Writing where there may be no room. */
export interface Room {
  /** Throws LedgerUnwritable where it cannot be written. What is urgent may use the reserve; after that only what is urgent is written, until there is a reserve again. */
  write(urgent: boolean, work: () => void): void;
  /** Throws LedgerUnwritable as long as there is no room. */
  check(): void;
}

export function withRoom(reserve: Reserve): Room {
  let spent = false;

  function check(): void {
    try {
      reserve.hold();
      spent = false;
    } catch (error) {
      throw new LedgerUnwritable(reasonOf(error) ?? "full");
    }
  }

  function attempt(work: () => void): LedgerUnwritable | undefined {
    try {
      work();
      return undefined;
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === undefined) throw error;
      return new LedgerUnwritable(reason);
    }
  }

  try {
    reserve.hold();
  } catch {
    // A start without a reserve is still a start: the first write says how it is.
    spent = true;
  }
  return {
    check,
    write(urgent, work) {
      if (spent && !urgent) check();
      const failed = attempt(work);
      if (failed === undefined) return;
      if (!urgent || spent || failed.reason === "read-only") throw failed;
      reserve.release();
      spent = true;
      const again = attempt(work);
      if (again) throw again;
    },
  };
}

/** How many pages of a ledger with a limit are the reserve. */
const RESERVED = 16;
const USED_PAGES = "SELECT page_count - freelist_count AS used FROM pragma_page_count, pragma_freelist_count";

/** The reserve of a ledger whose size is limited to stand for a full disk. */
export function pagesReserve(db: Database, maxPages: number): Reserve {
  const limit = (pages: number) => db.exec(`PRAGMA max_page_count = ${pages}`);
  return {
    hold() {
      limit(maxPages);
      const pages = db.prepare<[], { used: number }>(USED_PAGES).get();
      if ((pages?.used ?? 0) >= maxPages - 2) throw new Error("the ledger has all the pages that it may have");
    },
    release: () => void limit(maxPages + RESERVED),
  };
}

/** What SQLite and the file system say, by code; undefined where it is about something else. */
function reasonOf(error: unknown): LedgerUnwritable["reason"] | undefined {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code.startsWith("SQLITE_READONLY") || code === "EROFS") return "read-only";
  if (code === "SQLITE_FULL" || code === "ENOSPC" || code === "EDQUOT") return "full";
  return code.startsWith("SQLITE_IOERR") || code === "EIO" ? "failing" : undefined;
}
