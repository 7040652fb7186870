import { OperatorError } from "../../core/ports.ts";
import type { StoredEvent } from "../../model/events.ts";
import { LEDGER_STREAM } from "../../model/ledger-events.ts";
import type { LedgerRow, VerifiedLedger } from "../../model/verified-ledger.ts";
import { archiveFiles } from "../chain/archive-files.ts";
import type { StoredRow } from "../chain/chain.ts";
import { toEvent } from "../chain/row.ts";
import { withArchives } from "../chain/with-archives.ts";
import { lackIn } from "./accept.ts";
import { type Database, openDatabase } from "./database.ts";
import { lackSentence } from "./hint.ts";
import { existingLedgerKey, type KeySource } from "./key.ts";
import { sqliteFault } from "./sqlite-fault.ts";
import { rowsOf, verifyLedger } from "./verify.ts";

/** Before this format a row did not say whether it is archived. */
const OLDEST_FORMAT = 2;

/**
 * Reads one moment of a ledger's file, once its whole chain and its hint are right, whatever the bot writes meanwhile. Takes no lock and
 * writes nothing. Throws OperatorError: for a broken chain it names the row. @param archive a file that retain wrote, or a folder of them: its rows are read as if
 * they were still in the ledger.
 */
export function readVerified<T>(source: KeySource, read: (ledger: VerifiedLedger) => T, archive?: string): T {
  const { file } = source;
  const key = existingLedgerKey(source);
  const lack = lackIn(file);
  if (lack)
    throw new OperatorError(
      `${lackSentence(file, lack)} Put the newest ledger back. If there is none, this says what Drydock may forget: drydock accept-ledger ${file}`,
    );
  let db: Database | undefined;
  try {
    const opened = openDatabase(file, { readonly: true });
    db = opened;
    assertLedger(opened, file);
    return opened.transaction(() => {
      const rows = verifyLedger(opened, key, file);
      if (archive === undefined) return read({ rows, events: () => eventsOf(rowsOf(opened)) });
      const archives = archiveFiles(archive, careOf(opened));
      const all = () => withArchives(rowsOf(opened), archives, key);
      // All archives, before anybody sees a part of one.
      for (const _row of all());
      const archivesIn = new Set(archives.flatMap(({ recordedIn }) => recordedIn ?? []));
      return read({ rows, archivesIn, events: () => eventsOf(all()) });
    })();
  } catch (error) {
    throw sqliteFault(file, error);
  } finally {
    db?.close();
  }
}

function careOf(db: Database): readonly StoredEvent[] {
  const rows = db
    .prepare<[string], StoredRow>("SELECT * FROM event WHERE stream = ? ORDER BY position")
    .all(LEDGER_STREAM);
  return rows.map(toEvent);
}

function assertLedger(db: Database, file: string): void {
  const format = db.prepare<[], { user_version: number }>("PRAGMA user_version").get()?.user_version ?? 0;
  const isLedger = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'head'").get();
  if (!isLedger) throw new OperatorError(`${file} is no ledger of Drydock's. Give another file.`);
  if (format < OLDEST_FORMAT)
    throw new OperatorError(
      `The ledger ${file} has format ${format}. Start this Drydock with it once: it updates the format.`,
    );
}

function* eventsOf(rows: Iterable<StoredRow>): Generator<LedgerRow> {
  for (const row of rows) {
    // The first row is the ledger's own, and no event. Without a content a row is archived.
    if (row.position > 0) yield row.json === "" ? archivedRow(row) : toEvent(row);
  }
}

function archivedRow({ position, stream, seq }: StoredRow): LedgerRow {
  return { archived: true, position, stream, seq };
}
