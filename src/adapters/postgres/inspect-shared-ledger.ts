import type { LedgerInspection } from "../../core/inspection.ts";
import { type Clock, type Log, OperatorError } from "../../core/ports.ts";
import { type Ledger, LedgerUnwritable } from "../../model/ledger-port.ts";
import { clockDifference } from "./clock-difference.ts";
import { openDatabaseFor } from "./open-database-for.ts";
import type { Postgres, PostgresAddress } from "./open-postgres.ts";
import { readOtherwiseConfigured } from "./read-replicas.ts";
import type { ReplicaAddress } from "./replica-address.ts";
import { FORMAT, formatOf } from "./schema.ts";
import { waitsForStandbys } from "./server-faults.ts";
import { assertKey, verifyLedger } from "./verify.ts";

/** The ledger in a database from outside, whether the bot runs or not. */
export function inspectSharedLedger(
  address: PostgresAddress,
  ports: {
    readonly key: () => Buffer;
    readonly clock: Clock;
    readonly log: Log;
    /** This program and its configuration. */
    readonly runs: NonNullable<ReplicaAddress["runs"]>;
    /** Throws OperatorError if the ledger lacks what this host knows of it. */
    assertNewest(db: Postgres): Promise<void>;
  },
): LedgerInspection {
  async function inside<T>(work: (db: Postgres, key: Buffer) => Promise<T>): Promise<T> {
    const key = ports.key();
    const { db, opened } = await openDatabaseFor(address, ports, (found) => work(found, key));
    await db.close();
    return opened;
  }

  return {
    checkKey: () =>
      inside(async (db, key) => {
        await ports.assertNewest(db);
        if ((await formatOf(db)) > 0) await assertKey(db, key);
      }),
    // Connecting has checked the server, which is the primary then.
    checkWritable: () => inside(async () => {}),
    walkChain: () => inside((db, key) => walk(db, key)),
    freeSpace: undefined,
    clockDifference: () => inside((db) => clockDifference(db, ports)),
    waitsForStandbys: () => inside(waitsForStandbys),
    otherwiseConfigured: () =>
      inside(async (db) => ((await formatOf(db)) < FORMAT ? [] : readOtherwiseConfigured(db, ports.runs))),
  };
}

/** The ledger of the bot that asks: it walked the chain when it started. */
export function inspectOpenSharedLedger(
  ledger: Ledger,
  asked: Pick<LedgerInspection, "clockDifference" | "waitsForStandbys" | "otherwiseConfigured">,
): LedgerInspection {
  return {
    async checkKey() {},
    async checkWritable() {
      try {
        await ledger.check();
      } catch (error) {
        throw error instanceof LedgerUnwritable
          ? new OperatorError(`${error.message} Look into PostgreSQL's log.`)
          : error;
      }
    },
    walkChain: undefined,
    freeSpace: undefined,
    ...asked,
  };
}

async function walk(db: Postgres, key: Buffer): Promise<number | undefined> {
  if ((await formatOf(db)) === 0) return undefined;
  const { position } = await db.session((session) => verifyLedger(session, key));
  return position;
}
