import { lstatSync, statSync } from "node:fs";
import { OperatorError } from "../../core/ports.ts";

/** What a person does about a ledger's file that is missing on this host. */
export const PERHAPS_SHARED = "If it is in PostgreSQL, set DATABASE_URL.";

/** The name of a ledger's file after it was moved to PostgreSQL. */
export function movedFileOf(file: string): string {
  return `${file}.migrated`;
}

/** Whether the ledger was moved to PostgreSQL, and no other one has been put in its place. */
export function wasMoved(file: string): boolean {
  return isMissing(file) && lstatSync(movedFileOf(file), { throwIfNoEntry: false }) !== undefined;
}

/** Throws OperatorError if the ledger was moved to PostgreSQL. Call it only where DATABASE_URL is not set. */
export function assertNotMoved(file: string): void {
  if (!wasMoved(file)) return;
  throw new OperatorError(
    `The ledger ${file} was moved to PostgreSQL, as ${movedFileOf(file)} shows, but DATABASE_URL is not set.\n` +
      "Drydock may be running there. Set DATABASE_URL to that database, as for Drydock itself, and repeat the command. Or use Slack.",
  );
}

/** No file is there, or one without a byte. */
export function isMissing(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0;
}
