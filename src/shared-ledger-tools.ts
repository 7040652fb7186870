import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fingerprintOf, type RowAt } from "./adapters/chain/chain.ts";
import { type Hold, holdLedger } from "./adapters/postgres/hold-ledger.ts";
import { openDatabaseFor } from "./adapters/postgres/open-database-for.ts";
import type { Postgres } from "./adapters/postgres/open-postgres.ts";
import { openPostgresLedger } from "./adapters/postgres/postgres-ledger.ts";
import { readEnds } from "./adapters/postgres/read-ends.ts";
import { retainSharedLedger } from "./adapters/postgres/retain-shared-ledger.ts";
import { rotateSharedKey } from "./adapters/postgres/rotate-shared-key.ts";
import { verifyLedger } from "./adapters/postgres/verify.ts";
import type { NoteOf } from "./adapters/sqlite/archived-note.ts";
import { makeBackup } from "./adapters/sqlite/backup.ts";
import { writeHint } from "./adapters/sqlite/hint.ts";
import { osUser } from "./adapters/sqlite/os-user.ts";
import { readVerified } from "./adapters/sqlite/read-verified.ts";
import { keysInEnvironment } from "./adapters/sqlite/rotate-key.ts";
import { requireFolder } from "./adapters/sqlite/sqlite-fault.ts";
import { writeCopy } from "./adapters/sqlite/write-copy.ts";
import type { LedgerTools } from "./cli/cli-ports.ts";
import { operatorActor } from "./core/operator.ts";
import type { Random } from "./core/ports.ts";
import { LEDGER_STREAM } from "./model/ledger-events.ts";
import type { VerifiedLedger } from "./model/verified-ledger.ts";
import { openExistingShared, type SharedLedger } from "./open-existing-shared.ts";
import { acceptableOfShared, assertSharedHint, sharedLackSentence } from "./shared-hint.ts";
import { sharedLedgerKey } from "./shared-ledger-key.ts";
import type { StorePorts } from "./stores.ts";

/** Writes the ledger in the database into a file, from which drydock migrate-ledger brings it back. The bot may run. */
export async function backupSharedLedger(ledger: SharedLedger, to: string, ports: StorePorts): Promise<number> {
  const key = sharedLedgerKey(ledger);
  return inside(ledger, ports, (db) =>
    makeBackup({
      ...{ to, key, from: "in DATABASE_URL" },
      copy: (partial) => writeCopy(partial, key, (add) => db.session((session) => verifyLedger(session, key, add))),
    }),
  );
}

/**
 * Reads one moment of the ledger in the database, from a copy in a file that nobody else can read and that is deleted afterwards.
 * The bot may run.
 */
export async function readVerifiedShared<T>(
  ledger: SharedLedger,
  read: (ledger: VerifiedLedger) => T,
  ports: StorePorts,
  archive?: string,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "drydock-audit-"));
  try {
    const file = join(folder, "ledger.db");
    await inside(ledger, ports, (db) => assertSharedHint(db, ledger.file));
    await backupSharedLedger(ledger, file, ports);
    return readVerified({ file, fromEnvironment: sharedLedgerKey(ledger).toString() }, read, archive);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As retain does it with a ledger in a file. The bot must not run. */
export async function retainShared(
  ledger: SharedLedger,
  settings: {
    readonly archive: string;
    readonly choose: Parameters<LedgerTools["retain"]>[2];
    readonly note: NoteOf;
  },
  ports: StorePorts,
): Promise<Awaited<ReturnType<LedgerTools["retain"]>>> {
  const key = sharedLedgerKey(ledger);
  requireFolder(settings.archive);
  return alone(ledger, ports, (db, hold) => retainSharedLedger(db, hold, { ...settings, key }));
}

/** Seals the ledger with a new key, which is in the environment as the old one is. No replica may run. */
export async function rotateShared(
  ledger: SharedLedger,
  oldFromEnvironment: string | undefined,
  { random, ...ports }: StorePorts & { readonly random: Random },
): ReturnType<LedgerTools["rotateKey"]> {
  const { clock } = ports;
  const keys = keysInEnvironment({ fromEnvironment: ledger.key?.reveal(), oldFromEnvironment });
  const [from, to] = [fingerprintOf(keys.old), fingerprintOf(keys.fresh)];
  const by = osUser();
  const envelope = { id: random.id(), v: 1, at: clock.now(), actor: operatorActor(by) } as const;
  const note = { ...envelope, type: "ledger.key-changed", data: { from, to, by } } as const;
  return alone(ledger, ports, async (db, hold) => {
    await assertSharedHint(db, ledger.file);
    await rotateSharedKey(db, hold, keys, note);
    return { from, to, oldKeyFile: undefined };
  });
}

/** Whether there is a ledger in the file, and none in the database yet: migrate-ledger moves it. */
export async function isToBeMoved({ database, file }: SharedLedger, ports: StorePorts): Promise<boolean> {
  if (!existsSync(file)) return false;
  const { db, opened } = await openDatabaseFor(database, ports, (found) => readEnds(found, undefined));
  await db.close();
  return opened.end === undefined;
}

/** What the ledger lacks of what the hint on this host recorded, and the word with which a person accepts that. Changes nothing. */
export async function toAcceptShared(
  { database, file }: SharedLedger,
  ports: StorePorts,
): ReturnType<LedgerTools["toAccept"]> {
  const { db, opened: lack } = await openDatabaseFor(database, ports, (found) => acceptableOfShared(found, file));
  await db.close();
  return lack && { sentence: sharedLackSentence(file, lack), word: `accept-${lack.found.position}`, toMove: false };
}

/** Records in the ledger that a person accepted it as it is. No replica may run. */
export async function acceptShared(
  ledger: SharedLedger,
  { random, ...ports }: StorePorts & { readonly random: Random },
): Promise<void> {
  const { database, file } = ledger;
  const { clock } = ports;
  const key = sharedLedgerKey(ledger);
  const { db } = await openDatabaseFor(database, ports, async (found) => {
    const hold = await holdLedger(found, { ...ports, how: "alone" });
    try {
      const lack = await acceptableOfShared(found, file);
      if (!lack) return;
      const opened = await openPostgresLedger(found, { key, clock });
      const by = osUser();
      const event = { id: random.id(), v: 1, at: clock.now(), actor: operatorActor(by) } as const;
      await hold.check();
      await opened.turn(lack.found.position, () => [
        { stream: LEDGER_STREAM, events: [{ ...event, type: "ledger.accepted", data: { ...lack, by } }] },
      ]);
      const [end] = await found.rows<RowAt>("SELECT position, link FROM head");
      if (end) writeHint(file, { ...end, at: clock.now() });
    } finally {
      hold.release();
    }
  });
  await db.close();
}

async function alone<T>(
  ledger: SharedLedger,
  ports: StorePorts,
  work: (db: Postgres, hold: Hold) => Promise<T>,
): Promise<T> {
  return inside(ledger, ports, async (db) => {
    const hold = await holdLedger(db, { ...ports, how: "alone" });
    try {
      return await work(db, hold);
    } finally {
      hold.release();
    }
  });
}

async function inside<T>(ledger: SharedLedger, ports: StorePorts, work: (db: Postgres) => Promise<T>): Promise<T> {
  const { db, opened } = await openExistingShared(ledger, ports, work);
  await db.close();
  return opened;
}
