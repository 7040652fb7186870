import { mkdirSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where Linux keeps files in memory. */
const MEMORY = "/dev/shm";
const NEEDED = 1024 ** 3;

/**
 * Puts the tests' temporary files into memory where there is room. Ledgers wait for the disk at each write, and no test pulls the
 * machine's plug. They are deleted with their folder at the end.
 */
export default function setup(): () => void {
  if (!hasRoom()) return () => {};
  const before = process.env.TMPDIR;
  const folder = folderForRun("dt-");
  mkdirSync(folder, { mode: 0o700 });
  process.env.TMPDIR = folder;
  return () => {
    rmSync(folder, { recursive: true, force: true });
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  };
}

/** A folder for this run alone, in memory where there is room, which is still to be made. What a killed run left is deleted. */
export function folderForRun(prefix: string): string {
  const parent = hasRoom() ? MEMORY : tmpdir();
  removeLeftOvers(parent, prefix);
  return join(parent, `${prefix}${process.pid}`);
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize > NEEDED;
  } catch {
    return false;
  }
}

/** A run that was killed could not delete its folder, which has the run's process in its name. */
function removeLeftOvers(parent: string, prefix: string): void {
  for (const name of readdirSync(parent)) {
    const pid = name.slice(prefix.length);
    if (name.startsWith(prefix) && /^\d+$/.test(pid) && !isRunning(Number(pid)))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
