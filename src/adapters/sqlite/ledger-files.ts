import { chmodSync, closeSync, lstatSync, openSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { OperatorError } from "../../core/ports.ts";

/** The ledger's file without symbolic links, so that what is kept beside it is found by whatever path it is reached. */
export function realLedger(file: string): string {
  const entry = lstatSync(file, { throwIfNoEntry: false });
  if (entry && statSync(file, { throwIfNoEntry: false })) return realpathSync(file);
  if (entry?.isSymbolicLink())
    throw new OperatorError(
      `The ledger ${file} is a link to a file that does not exist. Mount or restore that file first.`,
    );
  const folder = dirname(file);
  return statSync(folder, { throwIfNoEntry: false }) ? join(realpathSync(folder), basename(file)) : file;
}

/** The socket beside a ledger, where people on the host ask the bot. */
export function operatorSocketOf(file: string): string {
  return `${realLedger(file)}.socket`;
}

/** Throws OperatorError if the ledger's file has a second name: a Drydock that is started with it would not see the lock. */
export function assertOneName(file: string): void {
  const names = statSync(file, { throwIfNoEntry: false })?.nlink ?? 1;
  if (names > 1)
    throw new OperatorError(
      `The ledger ${file} has ${names} names (hard links), so its lock would not hold. Remove the others: find their folder's files with ls -li.`,
    );
}

/** Makes the file if it is missing, and takes it away from everybody but its owner. */
export function ownFile(path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })) closeSync(openSync(path, "a", 0o600));
  shutOut(path);
}

/** Takes a file that is there away from everybody but its owner. */
export function shutOut(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found?.isFile() || (found.mode & 0o077) === 0) return;
  try {
    chmodSync(path, found.mode & 0o700);
  } catch {
    throw new OperatorError(
      `Others can read ${path}, and Drydock may not change that. As its owner: chmod 600 ${path}`,
    );
  }
}

/** Which file a path leads to now; undefined if to none. */
export function fileId(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found && `${found.dev}:${found.ino}`;
}
