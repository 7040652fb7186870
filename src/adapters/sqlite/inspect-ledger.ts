import { accessSync, constants, existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import type { LedgerInspection } from "../../core/inspection.ts";
import { OperatorError } from "../../core/ports.ts";
import { type Ledger, LedgerUnwritable } from "../../model/ledger-port.ts";
import { assertFolder } from "./assert-folder.ts";
import { checkLedgerKey } from "./check-ledger-key.ts";
import { type KeySource, readLedgerKey } from "./key.ts";
import { readVerified } from "./read-verified.ts";

/** The ledger's file from outside, whether the bot runs or not. */
export function inspectLedger(source: KeySource): LedgerInspection {
  const { file } = source;
  return {
    checkKey: async () => checkLedgerKey(source),
    async checkWritable() {
      assertFolder(file);
      try {
        if (existsSync(file)) accessSync(file, constants.W_OK);
      } catch {
        throw new OperatorError(
          `Drydock may not write the ledger ${file}. Let the user that runs Drydock read and write it.`,
        );
      }
    },
    walkChain: async () => (existsSync(file) ? readVerified(source, ({ rows }) => rows) : undefined),
    freeSpace: () => freeSpace(file),
    clockDifference: undefined,
    waitsForStandbys: undefined,
    otherwiseConfigured: undefined,
  };
}

/** The ledger of the bot that asks: it opened the file with the key and walked the chain when it started. */
export function inspectOpenLedger(source: KeySource, ledger: Ledger): LedgerInspection {
  return {
    async checkKey() {
      readLedgerKey(source);
    },
    async checkWritable() {
      try {
        await ledger.check();
      } catch (error) {
        throw error instanceof LedgerUnwritable
          ? new OperatorError(`${error.message} Make room on its disk, or let Drydock write the file.`)
          : error;
      }
    },
    walkChain: undefined,
    freeSpace: () => freeSpace(source.file),
    clockDifference: undefined,
    waitsForStandbys: undefined,
    otherwiseConfigured: undefined,
  };
}

async function freeSpace(file: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(dirname(file));
    return bavail * bsize;
  } catch {
    throw new OperatorError(`Drydock cannot read how full the disk of ${file} is.`);
  }
}
