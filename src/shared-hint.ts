import type { Postgres } from "./adapters/postgres/open-postgres.ts";
import { readEnds } from "./adapters/postgres/read-ends.ts";
import { acceptable, type Lack, lackIn, lackSentence, readHint } from "./adapters/sqlite/hint.ts";
import { OperatorError } from "./core/ports.ts";

/**
 * What the hint of this host's replica recorded, and the ledger in the database lacks: a fail-over or a restore made it older. Undefined if
 * nothing is missing, or a person has accepted the ledger since: then on another host, for all replicas.
 */
export async function lackOfShared(db: Postgres, file: string): Promise<Lack | undefined> {
  const hint = readHint(file);
  if (hint === undefined) return undefined;
  if (hint === "unreadable") return lackIn(hint, await readEnds(db, undefined));
  const ends = await readEnds(db, hint.position);
  const isSettled = ends.changedAt !== undefined && hint.at !== null && ends.changedAt > hint.at;
  return isSettled ? undefined : lackIn(hint, ends);
}

/** What a person may accept: as `lackOfShared`, and a ledger that has rows while this host has no hint. */
export async function acceptableOfShared(db: Postgres, file: string): Promise<Lack | undefined> {
  if (readHint(file) !== undefined) return lackOfShared(db, file);
  return acceptable(lackIn("unreadable", await readEnds(db, undefined)), file);
}

export function sharedLackSentence(file: string, lack: Lack): string {
  return lackSentence(file, lack, "in DATABASE_URL");
}

/** Throws OperatorError if the ledger in the database is empty, shorter or older than what this host's replica last saw. */
export async function assertSharedHint(db: Postgres, file: string): Promise<void> {
  const lack = await lackOfShared(db, file);
  if (!lack) return;
  throw new OperatorError(
    `${sharedLackSentence(file, lack)}\nA fail-over or a restore made it older, or DATABASE_URL leads to another database. Nothing was started.\n` +
      `Bring the newest ledger back. If there is none, this says what Drydock may forget: drydock accept-ledger ${file}`,
  );
}
