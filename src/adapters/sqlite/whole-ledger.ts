import { copyFileSync, existsSync, lstatSync, renameSync } from "node:fs";
import { OperatorError, type SecretOwner } from "../../core/ports.ts";
import type { RowAt, StoredRow } from "../chain/chain.ts";
import type { Sealed } from "../chain/keyring.ts";
import { syncFolderOf } from "../chain/sync-folder.ts";
import { movedFileOf } from "./assert-not-moved.ts";
import { openDatabase } from "./database.ts";
import { assertHint, assertNotEmptied, hintFileOf } from "./hint.ts";
import { prepareLedger } from "./prepare-ledger.ts";
import { removeSnapshot } from "./snapshots.ts";
import { sqliteFault } from "./sqlite-fault.ts";
import { destroyAllSecrets, readSealed } from "./sqlite-secrets.ts";
import { rowsOf, verifyLedger } from "./verify.ts";

/** All rows of a ledger with the last one's place, and people's tokens as they are sealed. */
export interface Whole {
  readonly rows: Iterable<StoredRow>;
  readonly end: RowAt;
  readonly tokens: readonly (SecretOwner & { readonly sealed: Sealed })[];
}

/** Checks the whole ledger, and hands it over. The caller holds the ledger's lock. Throws OperatorError. */
export async function withWholeLedger<T>(
  { file, key }: { readonly file: string; readonly key: Buffer },
  work: (whole: Whole) => Promise<T>,
): Promise<T> {
  if (!existsSync(file)) throw new OperatorError(`There is no ledger at ${file}.`);
  assertNotEmptied(file);
  const db = openDatabase(file);
  try {
    prepareLedger(db, file);
    verifyLedger(db, key, file);
    assertHint(file, db);
    const end = db.prepare<[], RowAt>("SELECT position, link FROM head").get();
    if (!end) throw new OperatorError(`The ledger ${file} is empty: there is nothing to move.`);
    return await work({ rows: rowsOf(db), end, tokens: readSealed(`${file}.tokens`) });
  } catch (error) {
    throw sqliteFault(file, error);
  } finally {
    db.close();
  }
}

/**
 * Gives a ledger that lives elsewhere now another name, and destroys people's tokens beside it: here no one could unlink them any more.
 * Its hint stays: so no Drydock starts with an empty one in its place.
 * Of a link it was beside the file to which the link leads, and comes to where the link was.
 */
export function setAside(file: string): string {
  destroyAllSecrets(`${file}.tokens`);
  const first = movedFileOf(file);
  let aside = first;
  for (let n = 2; existsSync(aside); n += 1) aside = `${first}-${n}`;
  const hint = hintFileOf(file);
  if (lstatSync(file).isSymbolicLink() && existsSync(hint)) copyFileSync(hint, `${file}.hint`);
  // A ledger that comes back can have fewer rows: what is archived meanwhile.
  removeSnapshot(file);
  renameSync(file, aside);
  syncFolderOf(aside);
  return aside;
}
