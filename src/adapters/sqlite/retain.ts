import { existsSync } from "node:fs";
import { OperatorError } from "../../core/ports.ts";
import type { StoredEvent } from "../../model/events.ts";
import type { Archivable } from "../../model/rollout/archivable.ts";
import type { RowAt } from "../chain/chain.ts";
import type { LinkedRow } from "../chain/link-rows.ts";
import { chooseLeaving, type Retained, writeArchive } from "../chain/write-archive.ts";
import { appendNote } from "./append-note.ts";
import type { NoteOf } from "./archived-note.ts";
import { recordKey } from "./assert-key.ts";
import { type Database, openDatabase } from "./database.ts";
import { assertHint, assertNotEmptied, hintOf, writeHint } from "./hint.ts";
import { prepareLedger } from "./prepare-ledger.ts";
import { removeSnapshot } from "./snapshots.ts";
import { requireFolder, sqliteFault } from "./sqlite-fault.ts";
import { verifyLedger } from "./verify.ts";

/**
 * Moves streams and single rows out of the ledger into an archive of JSON lines: {position, stream, seq, id, json, link}. What stays of each row is its
 * link, sealed, so that the chain can still be checked, and each archived row against it. `choose` says which; `note` is recorded with
 * it. Whoever calls it holds the ledger's lock.
 */
export function retainLedger(settings: {
  readonly file: string;
  readonly archive: string;
  readonly key: Buffer;
  readonly choose: (events: Iterable<StoredEvent>) => Archivable;
  readonly note: NoteOf;
}): Retained & { readonly shrunk: boolean } {
  const { file, archive, key, choose, note } = settings;
  if (!existsSync(file)) throw new OperatorError(`There is no ledger at ${file}.`);
  assertNotEmptied(file);
  requireFolder(archive);
  let db: Database | undefined;
  try {
    const opened = openDatabase(file);
    db = opened;
    prepareLedger(db, file);
    verifyLedger(db, key, file);
    assertHint(file, db);
    recordKey(db, key);
    const present = db.prepare<[], LinkedRow>("SELECT * FROM event WHERE pruned IS NULL ORDER BY position").all();
    const { leaving, seals, ...retained } = chooseLeaving(key, present, choose);
    writeArchive(archive, leaving);
    const prune = db.prepare("UPDATE event SET json = '', pruned = ? WHERE position = ?");
    // First: after a power failure in between, a start must not take one that still knows what is archived.
    removeSnapshot(file);
    const written = db.transaction(() => {
      for (const { position, pruned } of seals) prune.run(pruned, position);
      const end = opened.prepare<[], RowAt>("SELECT position, link FROM head").get();
      return end && seals.length > 0 ? appendNote(opened, key, end, note(retained)) : undefined;
    })();
    if (written) keepHint(file, written);
    return { ...retained, shrunk: shrink(db) };
  } catch (error) {
    throw sqliteFault(file, error);
  } finally {
    db?.close();
  }
}

/** A hint that is older than the ledger is no fault: if there is no room for it, the next start writes it. */
function keepHint(file: string, newest: LinkedRow): void {
  try {
    writeHint(file, hintOf(newest));
  } catch {}
}

/** What was archived has left the ledger by now. If this fails, for want of room for example, the file only stays as large as it was. */
function shrink(db: Database): boolean {
  try {
    db.exec("VACUUM");
    return true;
  } catch {
    return false;
  }
}
