import { existsSync, linkSync, renameSync, rmSync } from "node:fs";
import { operatorActor } from "../../core/operator.ts";
import { type Clock, OperatorError, type Random } from "../../core/ports.ts";
import { fingerprintOf, GENESIS, type StoredRow } from "../chain/chain.ts";
import { type KeyChange, sealAnew } from "../chain/seal-anew.ts";
import { syncFolderOf } from "../chain/sync-folder.ts";
import { appendNote } from "./append-note.ts";
import { recordKey, seals } from "./assert-key.ts";
import { assertNotMoved } from "./assert-not-moved.ts";
import { type Database, openDatabase } from "./database.ts";
import { assertHint, hintFileOf, hintOf, writeHint } from "./hint.ts";
import { keyFileOf, makeKeyFile, nextKeyFileOf, readKeyFile, readLedgerKey } from "./key.ts";
import { osUser } from "./os-user.ts";
import { prepareLedger } from "./prepare-ledger.ts";
import { removeSnapshot } from "./snapshots.ts";
import { sqliteFault } from "./sqlite-fault.ts";
import { rowsOf, verifyLedger } from "./verify.ts";

interface Rotation {
  readonly file: string;
  /** DRYDOCK_LEDGER_KEY: the new key, if the key is kept there. */
  readonly fromEnvironment: string | undefined;
  /** DRYDOCK_LEDGER_KEY_OLD: the key that the ledger has now. */
  readonly oldFromEnvironment: string | undefined;
  readonly clock: Clock;
  readonly random: Random;
}

export interface Rotated {
  readonly from: string;
  readonly to: string;
  /** Where the old key is kept now; undefined if it is in the environment. */
  readonly oldKeyFile: string | undefined;
}

/**
 * Seals the whole ledger with a new key, in one transaction, and records that in it. Called again after it was interrupted, it ends what
 * was begun. The caller holds the ledger's lock. Throws OperatorError.
 */
export function rotateKey(rotation: Rotation): Rotated {
  const { file } = rotation;
  assertNotMoved(file);
  if (!existsSync(file)) throw new OperatorError(`There is no ledger at ${file}.`);
  const { old, fresh, inFile } = keysOf(rotation);
  let db: Database | undefined;
  try {
    db = openDatabase(file);
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    prepareLedger(db, file);
    if (!seals(db, fresh)) sealAll(db, { old, fresh, ...rotation });
  } catch (error) {
    throw sqliteFault(file, error);
  } finally {
    db?.close();
  }
  const [from, to] = [fingerprintOf(old), fingerprintOf(fresh)];
  if (!inFile) return { from, to, oldKeyFile: undefined };
  // Old backups, and what was archived before, can be checked with the old key alone.
  const oldKeyFile = `${keyFileOf(file)}.${from}`;
  rmSync(oldKeyFile, { force: true });
  linkSync(keyFileOf(file), oldKeyFile);
  syncFolderOf(oldKeyFile);
  renameSync(nextKeyFileOf(file), keyFileOf(file));
  syncFolderOf(keyFileOf(file));
  return { from, to, oldKeyFile };
}

/** The old key and the new one, where the key is in the environment. Throws OperatorError. */
export function keysInEnvironment({
  fromEnvironment,
  oldFromEnvironment,
}: Pick<Rotation, "fromEnvironment" | "oldFromEnvironment">): KeyChange {
  if (fromEnvironment === undefined || oldFromEnvironment === undefined || fromEnvironment === oldFromEnvironment)
    throw new OperatorError(
      "To change a key that is in the environment, put the key in use into DRYDOCK_LEDGER_KEY_OLD, and a new one into DRYDOCK_LEDGER_KEY.",
    );
  return { old: Buffer.from(oldFromEnvironment), fresh: Buffer.from(fromEnvironment) };
}

function keysOf({ file, fromEnvironment, oldFromEnvironment }: Rotation) {
  if (fromEnvironment !== undefined || oldFromEnvironment !== undefined)
    return { ...keysInEnvironment({ fromEnvironment, oldFromEnvironment }), inFile: false };
  const old = readLedgerKey({ file, fromEnvironment: undefined });
  if (!old) throw new OperatorError(`There is no key for the ledger ${file}.`);
  const next = nextKeyFileOf(file);
  // One that is there is whole: an earlier change of the key was interrupted.
  return { old, fresh: readKeyFile(next) ?? makeKeyFile(file, next), inFile: true };
}

function sealAll(db: Database, { file, old, fresh, clock, random }: Rotation & { old: Buffer; fresh: Buffer }): void {
  db.transaction(() => {
    verifyLedger(db, old, file);
    assertHint(file, db);
    const trigger = db
      .prepare<[], { sql: string }>("SELECT sql FROM sqlite_master WHERE name = 'event_is_not_edited'")
      .get();
    db.exec("DROP TRIGGER event_is_not_edited");
    const write = db.prepare("UPDATE event SET link = ?, pruned = ? WHERE position = ?");
    let last = { position: 0, link: GENESIS };
    for (const row of rowsOf(db)) {
      const { link, pruned } = sealAnew({ old, fresh }, last.link, row);
      write.run(link, pruned, row.position);
      last = { position: row.position, link };
    }
    db.exec(String(trigger?.sql));
    appendNote(db, fresh, last, {
      ...{ id: random.id(), v: 1, at: clock.now(), actor: operatorActor(osUser()), type: "ledger.key-changed" },
      data: { from: fingerprintOf(old), to: fingerprintOf(fresh), by: osUser() },
    });
    recordKey(db, fresh);
    // Its link is of the old key, so it must not outlast this. If this is cut off, the next start makes a new one.
    rmSync(hintFileOf(file), { force: true });
    syncFolderOf(hintFileOf(file));
    removeSnapshot(file);
  }).immediate();
  const newest = db.prepare<[], StoredRow>("SELECT * FROM event ORDER BY position DESC LIMIT 1").get();
  if (newest) writeHint(file, hintOf(newest));
}
