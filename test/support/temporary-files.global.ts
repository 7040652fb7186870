import { mkdirSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";

/** Where Linux keeps files in memory. */
const MEMORY = "/dev/shm";
/** A folder for each run, named after its process. */
const PREFIX = "dt-";
const NEEDED = 1024 ** 3;

/**
 * Puts the tests' temporary files into memory where there is room. Ledgers wait for the disk at each write, and no test pulls the
 * machine's plug. They are deleted with their folder at the end.
 */
export default function setup(): () => void {
  if (!hasRoom()) return () => {};
  removeLeftOvers();
  const before = process.env.TMPDIR;
  const folder = join(MEMORY, `${PREFIX}${process.pid}`);
  mkdirSync(folder, { mode: 0o700 });
  process.env.TMPDIR = folder;
  return () => {
    rmSync(folder, { recursive: true, force: true });
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  };
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize > NEEDED;
  } catch {
    return false;
  }
}

/** A run that was killed could not delete its folder. */
function removeLeftOvers(): void {
  for (const name of readdirSync(MEMORY))
    if (/^dt-\d+$/.test(name) && !isRunning(Number(name.slice(PREFIX.length))))
      rmSync(join(MEMORY, name), { recursive: true, force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
