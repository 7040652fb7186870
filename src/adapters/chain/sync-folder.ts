import { closeSync, fsyncSync, openSync } from "node:fs";
import { dirname } from "node:path";

/** A file that is on the disk can be lost with a power failure, as long as its folder is not: its name is there. */
export function syncFolderOf(path: string): void {
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } catch (error) {
    // Some network file systems keep names by themselves, and refuse this.
    if (!(error instanceof Error && "code" in error && error.code === "EINVAL")) throw error;
  } finally {
    closeSync(folder);
  }
}
