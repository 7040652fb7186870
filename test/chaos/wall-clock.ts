import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The wall clock of a program that chaos starts: somebody sets it, while the program runs or while it is away. */
export interface WallClock {
  /** Arguments for node, before the program's own. */
  readonly arguments: readonly string[];
  /** Sets it forward or back, by minutes or by hours; how far it is ahead of the machine's then, in ms. */
  jump(random: () => number): number;
  /** Sets it so many ms ahead of the machine's. */
  set(ms: number): void;
  remove(): void;
}

export function openWallClock(): WallClock {
  const folder = mkdtempSync(join(tmpdir(), "drydock-clock-"));
  const file = join(folder, "ahead");
  const preload = new URL("./shift-clock.mjs", import.meta.url);
  preload.searchParams.set("file", file);
  let ahead = 0;

  function set(ms: number): void {
    ahead = ms;
    writeFileSync(file, String(ahead));
  }

  set(0);
  return {
    set,
    arguments: ["--import", preload.href],
    jump(random) {
      const far = random() < 0.5 ? MINUTE + random() * 30 * MINUTE : HOUR + random() * 8 * HOUR;
      set(ahead + Math.round(random() < 0.5 ? far : -far));
      return ahead;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
