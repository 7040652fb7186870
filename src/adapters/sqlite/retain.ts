import { closeSync, existsSync, fsyncSync, openSync, writeSync } from "node:fs";
import { OperatorError } from "../../core/ports.ts";
import type { StoredEvent } from "../../model/events.ts";
import type { Archivable } from "../../model/rollout/retention.ts";
import { prunedSeal, type Row } from "../chain/chain.ts";
import { toEvent } from "../chain/row.ts";
import { type Database, openDatabase } from "./database.ts";
import { assertHint, assertNotEmptied } from "./hint.ts";
import { recordKey } from "./key-fingerprint.ts";
import { prepareLedger } from "./prepare-ledger.ts";
import { removeSnapshot } from "./snapshots.ts";
import { requireFolder, sqliteFault } from "./sqlite-fault.ts";
import { verifyLedger } from "./verify.ts";

type Linked = Row & { readonly link: string };

/** How many streams left the ledger, how many rows of them, and how many rows of streams that go on. */
export interface Retained {
  readonly streams: number;
  readonly rows: number;
  readonly single: number;
}

/**
 * Moves streams and single rows out of the ledger into an archive of JSON lines: {position, stream, seq, id, json, link}. What stays of each row is its
 * link, sealed, so that the chain can still be checked, and each archived row against it. `choose` says which. Whoever calls it
 * holds the ledger's lock.
 */
export function retainLedger(settings: {
  readonly file: string;
  readonly archive: string;
  readonly key: Buffer;
  readonly choose: (events: Iterable<StoredEvent>) => Archivable;
}): Retained {
  const { file, archive, key, choose } = settings;
  if (!existsSync(file)) throw new OperatorError(`There is no ledger at ${file}.`);
  assertNotEmptied(file);
  if (existsSync(archive))
    throw new OperatorError(`${archive} is there already: an archive is never overwritten. Give another name.`);
  requireFolder(archive);
  let db: Database | undefined;
  try {
    db = openDatabase(file);
    prepareLedger(db, file);
    verifyLedger(db, key, file);
    assertHint(file, db);
    recordKey(db, key);
    const present = db.prepare<[], Linked>("SELECT * FROM event WHERE pruned IS NULL ORDER BY position").all();
    const { streams, events } = choose(present.map(toEvent));
    const rows = present.filter((row) => streams.has(row.stream) || events.has(row.position));
    if (rows.length > 0) writeArchive(archive, rows);
    const prune = db.prepare("UPDATE event SET json = '', pruned = ? WHERE position = ?");
    // First: after a power failure in between, a start must not take one that still knows what is archived.
    removeSnapshot(file);
    db.transaction(() => {
      for (const row of rows) prune.run(prunedSeal(key, row, streams.has(row.stream) ? "stream" : "row"), row.position);
    })();
    db.exec("VACUUM");
    const ofStreams = rows.filter(({ stream }) => streams.has(stream)).length;
    return { streams: streams.size, rows: ofStreams, single: rows.length - ofStreams };
  } catch (error) {
    throw sqliteFault(file, error);
  } finally {
    db?.close();
  }
}

/** On the disk before anything leaves the ledger. */
function writeArchive(path: string, rows: readonly Linked[]): void {
  const file = openSync(path, "wx", 0o600);
  try {
    for (const { position, stream, seq, id, json, link } of rows)
      writeSync(file, `${JSON.stringify({ position, stream, seq, id, json, link })}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
