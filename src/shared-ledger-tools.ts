import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fingerprintOf } from "./adapters/chain/chain.ts";
import { assertNoArchive } from "./adapters/chain/write-archive.ts";
import { holdLedger } from "./adapters/postgres/hold-ledger.ts";
import type { Postgres } from "./adapters/postgres/open-postgres.ts";
import { retainSharedLedger } from "./adapters/postgres/retain-shared-ledger.ts";
import { rotateSharedKey } from "./adapters/postgres/rotate-shared-key.ts";
import { verifyLedger } from "./adapters/postgres/verify.ts";
import { makeBackup } from "./adapters/sqlite/backup.ts";
import { osUser } from "./adapters/sqlite/os-user.ts";
import { readVerified } from "./adapters/sqlite/read-verified.ts";
import { keysInEnvironment } from "./adapters/sqlite/rotate-key.ts";
import { requireFolder } from "./adapters/sqlite/sqlite-fault.ts";
import { writeCopy } from "./adapters/sqlite/write-copy.ts";
import type { LedgerTools } from "./cli/cli-ports.ts";
import type { Random } from "./core/ports.ts";
import type { VerifiedLedger } from "./model/verified-ledger.ts";
import { openExistingShared, type SharedLedger } from "./open-existing-shared.ts";
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
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "drydock-audit-"));
  try {
    const file = join(folder, "ledger.db");
    await backupSharedLedger(ledger, file, ports);
    return readVerified({ file, fromEnvironment: sharedLedgerKey(ledger).toString() }, read);
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
  },
  ports: StorePorts,
): Promise<Awaited<ReturnType<LedgerTools["retain"]>>> {
  const key = sharedLedgerKey(ledger);
  assertNoArchive(settings.archive);
  requireFolder(settings.archive);
  return alone(ledger, ports, (db) => retainSharedLedger(db, { ...settings, key }));
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
  const data = { from, to, by: osUser() };
  const note = { id: random.id(), v: 1, at: clock.now(), actor: "drydock", type: "ledger.key-changed", data } as const;
  return alone(ledger, ports, async (db) => {
    await rotateSharedKey(db, keys, note);
    return { from, to, oldKeyFile: undefined };
  });
}

async function alone<T>(ledger: SharedLedger, ports: StorePorts, work: (db: Postgres) => Promise<T>): Promise<T> {
  return inside(ledger, ports, async (db) => {
    const hold = await holdLedger(db, { ...ports, how: "alone" });
    try {
      return await work(db);
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
