import { openPostgres } from "../../src/adapters/postgres/open-postgres.ts";
import { openPostgresLedger, type SharedLedger } from "../../src/adapters/postgres/postgres-ledger.ts";
import type { Clock } from "../../src/core/ports.ts";
import { Secret } from "../../src/core/secret.ts";
import { systemClock } from "../../src/system.ts";

export const KEY = Buffer.from("a key of the tests, which is long enough");

/** A ledger on connections of its own, as another replica would open it. */
export async function openReplica(url: string, key: Buffer = KEY, clock: Clock = systemClock): Promise<SharedLedger> {
  const db = await openPostgres({ url: new Secret(url) });
  try {
    const ledger = await openPostgresLedger(db, { key, clock });
    return {
      ...ledger,
      async close() {
        await ledger.close();
        await db.close();
      },
    };
  } catch (error) {
    await db.close();
    throw error;
  }
}
