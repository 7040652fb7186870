import { existsSync } from "node:fs";
import { OperatorError } from "../../core/ports.ts";
import { fingerprintOf, fits, GENESIS, type StoredRow, sealOf } from "../chain/chain.ts";
import type { Database } from "./database.ts";
import { keyFileOf, nextKeyFileOf, readKeyFile } from "./key.ts";

/**
 * Throws OperatorError if the ledger was written with another key. The chain decides, not the record: what the key seals was
 * written with it, whatever somebody made of the record since.
 */
export function assertKey(db: Database, key: Buffer, file: string): void {
  const recorded = recordedIn(db);
  if (recorded === fingerprintOf(key) || seals(db, key)) return;
  const isEmpty = db.prepare("SELECT 1 FROM event WHERE position > 0 LIMIT 1").get() === undefined;
  if (recorded === undefined && isEmpty) return;
  throw new OperatorError(wrongKey({ key, file, recorded, isEmpty }));
}

/** Writes down which key the ledger is written with; call it only after the whole chain was verified with it. */
export function recordKey(db: Database, key: Buffer): "kept" | "recorded" | "corrected" {
  const recorded = recordedIn(db);
  const fingerprint = fingerprintOf(key);
  if (recorded === fingerprint) return "kept";
  db.prepare("INSERT OR REPLACE INTO ledger_key (one, fingerprint) VALUES (1, ?)").run(fingerprint);
  return recorded === undefined ? "recorded" : "corrected";
}

function recordedIn(db: Database): string | undefined {
  // A copy of an older ledger has no place for it yet.
  const there = db.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'ledger_key'").get();
  if (!there) return undefined;
  return db.prepare<[], { fingerprint: string }>("SELECT fingerprint FROM ledger_key").get()?.fingerprint;
}

/** Whether the ledger's end or its first row was written with this key: either is proof, and both are not edited by chance. */
export function seals(db: Database, key: Buffer): boolean {
  const head = db
    .prepare<[], { position: number; link: string; seal: string }>("SELECT position, link, seal FROM head")
    .get();
  if (head && head.seal === sealOf(key, head.position, head.link)) return true;
  const first = db.prepare<[], StoredRow>("SELECT * FROM event ORDER BY position LIMIT 1").get();
  return first !== undefined && fits(key, GENESIS, first);
}

function wrongKey(found: {
  readonly key: Buffer;
  readonly file: string;
  readonly recorded: string | undefined;
  readonly isEmpty: boolean;
}): string {
  const { key, file, recorded, isEmpty } = found;
  const path = keyFileOf(file);
  const beside = readKeyFile(path);
  const given = beside?.equals(key) ? `The key file ${path}` : "DRYDOCK_LEDGER_KEY";
  const own =
    recorded === undefined ? "that one's fingerprint is not recorded yet" : `that one's fingerprint is ${recorded}`;
  const isBesideRight = beside !== undefined && fingerprintOf(beside) === recorded;
  if (existsSync(nextKeyFileOf(file)))
    return `A change of the key of the ledger ${file} was interrupted. To end it: drydock rotate-key`;
  const todo = isBesideRight
    ? `The key file ${path} is the right one: unset DRYDOCK_LEDGER_KEY.`
    : `Put the right key into DRYDOCK_LEDGER_KEY, or its key file back at ${path}.`;
  return [
    `${given} is not the key of the ledger ${file}.`,
    `This key's fingerprint is ${fingerprintOf(key)}. The ledger was written with another key: ${own}.`,
    `Nothing was changed. ${todo}`,
    ...(isEmpty ? [`The ledger is empty: if you would rather keep this key, delete ${file}, and start again.`] : []),
  ].join("\n");
}
