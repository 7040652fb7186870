import { closeSync, fsyncSync, openSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Some network file systems keep names by themselves, and refuse this. A folder that Drydock may write and not read, e.g. one
 * that only collects backups, cannot be opened.
 */
const REFUSED = ["EINVAL", "EACCES"];

/** A file that is on the disk can be lost with a power failure, as long as its folder is not: its name is there. */
export function syncFolderOf(path: string): void {
  let folder: number | undefined;
  try {
    folder = openSync(dirname(path), "r");
    fsyncSync(folder);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && REFUSED.includes(String(error.code)))) throw error;
  } finally {
    if (folder !== undefined) closeSync(folder);
  }
}
