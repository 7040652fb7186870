import type { Log } from "../../core/ports.ts";
import { type Ledger, LedgerBroken } from "../../model/ledger-port.ts";
import { recordKey } from "./assert-key.ts";
import { type Database, openDatabase } from "./database.ts";
import { assertHint, type Hint } from "./hint.ts";
import { ownFile, realLedger, shutOut } from "./ledger-files.ts";
import { ledgerOver } from "./ledger-over.ts";
import { createOlderRows } from "./older-rows.ts";
import { checkFile, damaged, rebuildIndexes, rebuildSchema } from "./prepare-ledger.ts";
import { createSnapshots, type KeptSnapshot } from "./snapshots.ts";
import { isDamage, sqliteFault } from "./sqlite-fault.ts";
import { verifyLedger } from "./verify.ts";
import { writeFirstRow } from "./write-first-row.ts";

export interface SqliteSettings {
  readonly file: string;
  readonly key: Buffer;
  readonly log?: Log;
  /** Opens a ledger that lacks what its hint recorded: a person has accepted that. */
  readonly accepted?: boolean;
  /** Called with the ledger's last row, after each turn that writes, and once it is opened unless it lacks something. */
  readonly onEnd?: (end: Hint) => void;
  /** Which build of Drydock this is: a snapshot of another one is not used. Left out: snapshots are neither used nor kept. */
  readonly build?: string | undefined;
  /** Checks the file's pages and indexes, aside from this process's work; left out: within it. Rejects with an OperatorError. */
  readonly checkAside?: ((file: string, signal: AbortSignal) => Promise<void>) | undefined;
  /** The file may have so many pages of 4 KiB, as if the disk were full then: for tests, which cannot fill a disk. */
  readonly maxPages?: number;
}

/**
 * The ledger in one SQLite file. Opening migrates, checks the file and walks the chain: all of it, or what is newer than a snapshot. It
 * throws OperatorError if the key is another one, or a row was edited, removed or moved. That no second Drydock writes to the file is
 * the work of lockLedger.
 */
export function openSqliteLedger(settings: SqliteSettings): Ledger {
  const { file, key, log, accepted, maxPages } = settings;
  let opened: Database | undefined;
  try {
    ownFile(file);
    // From a time when others could read them. SQLite makes new ones like the ledger itself.
    for (const beside of ["-wal", "-shm"]) shutOut(`${realLedger(file)}${beside}`);
    const db = openDatabase(file);
    opened = db;
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    const snapshots = createSnapshots(db, settings);
    const rebuilt = [...rebuildSchema(db, file)];
    const snapshot = accepted ? undefined : snapshots.read();
    if (!snapshot) rebuilt.push(...rebuildIndexes(db, file));
    if (rebuilt.length > 0)
      log?.warn(
        { file, rebuilt },
        "parts of the ledger's file that its chain does not cover had been changed: Drydock rebuilt them",
      );
    // One moment of the file, whatever another process writes meanwhile.
    db.transaction(() => verifyLedger(db, key, file, snapshot))();
    if (!accepted) assertHint(file, db);
    db.transaction(() => writeFirstRow(db, key)).immediate();
    if (recordKey(db, key) === "corrected")
      log?.warn(
        { file },
        "the ledger's record of its key's fingerprint had been changed: the chain proves this key, so it is recorded again",
      );
    db.answerSoon();
    if (maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${maxPages}`);
    return withSnapshots(ledgerOver(db, settings), { db, snapshots, snapshot, settings });
  } catch (error) {
    opened?.close();
    throw sqliteFault(file, error);
  }
}

function withSnapshots(
  ledger: Ledger,
  opened: {
    readonly db: Database;
    readonly snapshots: ReturnType<typeof createSnapshots>;
    readonly snapshot: KeptSnapshot | undefined;
    readonly settings: SqliteSettings;
  },
): Ledger {
  const { db, snapshots, snapshot, settings } = opened;
  const { file, key, checkAside = async () => checkFile(db, file) } = settings;
  const older = snapshot && createOlderRows(db, { file, key, end: snapshot, checkAside, onFault: snapshots.remove });
  /** The next start checks the whole ledger. */
  async function intact<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      const fault = isDamage(error) ? damaged(file, "a page cannot be read") : error;
      if (fault instanceof LedgerBroken) snapshots.remove();
      throw fault;
    }
  }

  return {
    ...ledger,
    turn: (position, decide) => intact(ledger.turn(position, decide)),
    since: (position, limit) => intact(ledger.since(position, limit)),
    read: (stream) => intact(ledger.read(stream)),
    readBelow: (prefix) => intact(ledger.readBelow(prefix)),
    snapshot,
    keep: snapshots.keep,
    older,
    async close() {
      await older?.stop();
      await ledger.close();
    },
  };
}
