import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { OperatorError } from "../../core/ports.ts";
import { syncFolderOf } from "../chain/sync-folder.ts";
import { PERHAPS_SHARED } from "./assert-not-moved.ts";
import { assertNotEmptied } from "./hint.ts";

/** Where the ledger's key comes from: the environment, else the key file beside the ledger. */
export interface KeySource {
  /** The ledger's file. */
  readonly file: string;
  readonly fromEnvironment: string | undefined;
}

const MIN_LENGTH = 32;

/** The ledger's key; undefined if there is neither a key nor a ledger yet. Throws OperatorError. */
export function readLedgerKey({ file, fromEnvironment }: KeySource): Buffer | undefined {
  const path = keyFileOf(file);
  if (fromEnvironment !== undefined) {
    const key = Buffer.from(fromEnvironment, "utf8");
    // An existing ledger tells which of two keys is its own; for a new one a person has to say it.
    if (existsSync(file) || !existsSync(path) || readKeyFile(path)?.equals(key)) return key;
    throw new OperatorError(
      `There are two different keys for the new ledger ${file}: DRYDOCK_LEDGER_KEY, and the key file ${path}. Unset DRYDOCK_LEDGER_KEY, or delete the key file.`,
    );
  }
  if (!existsSync(path)) {
    if (!existsSync(file)) return undefined;
    throw new OperatorError(
      `The ledger ${file} is there, but its key is not. Set DRYDOCK_LEDGER_KEY, or put the key file back at ${path}.`,
    );
  }
  if ((statSync(path).mode & 0o077) !== 0)
    throw new OperatorError(`Others can read the key file ${path}. Expected mode 0600: chmod 600 ${path}`);
  const key = readKeyFile(path);
  const length = key?.length ?? 0;
  if (key && length >= MIN_LENGTH) return key;
  const todo = existsSync(file) ? "Put the ledger's key back into it." : "Delete it: the next start makes a new one.";
  throw new OperatorError(`The key file ${path} holds ${length} characters, expected at least ${MIN_LENGTH}. ${todo}`);
}

/** The key of a ledger that exists. Throws OperatorError if there is none yet: neither it nor a key is made. */
export function existingLedgerKey(source: KeySource): Buffer {
  assertNotEmptied(source.file);
  const key = existsSync(source.file) ? readLedgerKey(source) : undefined;
  if (key) return key;
  throw new OperatorError(
    `There is no ledger at ${source.file} yet. The first start of Drydock makes it. ${PERHAPS_SHARED}`,
  );
}

/**
 * Makes a key of 32 random bytes, for its owner alone (mode 0600): whole or not at all, also if the process is killed or the power
 * fails, and never over a file that is there.
 */
export function makeKeyFile(file: string, path: string = keyFileOf(file)): Buffer {
  const key = randomBytes(32).toString("hex");
  const draft = `${path}.draft`;
  rmSync(draft, { force: true });
  const to = openSync(draft, "wx", 0o600);
  try {
    writeFileSync(to, `${key}\n`);
    fsyncSync(to);
    linkSync(draft, path);
    syncFolderOf(path);
  } finally {
    closeSync(to);
    rmSync(draft, { force: true });
  }
  return Buffer.from(key, "utf8");
}

/** The key that a change of the key makes, until it is the ledger's. */
export function nextKeyFileOf(file: string): string {
  return `${keyFileOf(file)}.next`;
}

export function keyFileOf(file: string): string {
  return `${file}.key`;
}

/** What is in a key file; undefined if there is none that can be read. */
export function readKeyFile(path: string): Buffer | undefined {
  try {
    return Buffer.from(readFileSync(path, "utf8").trim(), "utf8");
  } catch {
    return undefined;
  }
}
