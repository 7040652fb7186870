import { randomBytes } from "node:crypto";
import { closeSync, fsyncSync, openSync, rmSync, statSync, writeSync } from "node:fs";

/** Room that is kept free for what has to be written even when there is no room: a Stop. */
export interface Reserve {
  /** Makes sure of the reserve, and that there is some room besides. Throws where there is none. */
  hold(): void;
  /** Gives the room free. */
  release(): void;
}

const RESERVE = 1024 * 1024;
const BESIDES = 256 * 1024;

/** The reserve is a file beside the ledger. It is filled with noise, so that no file system stores it for less. */
export function fileReserve(ledger: string): Reserve {
  const path = `${ledger}.reserve`;
  return {
    hold() {
      if (sizeOf(path) < RESERVE) fill(path, RESERVE);
      const probe = `${path}.probe`;
      fill(probe, BESIDES);
      rmSync(probe);
    },
    release: () => rmSync(path, { force: true }),
  };
}

function fill(path: string, bytes: number): void {
  try {
    const file = openSync(path, "w", 0o600);
    try {
      const noise = randomBytes(bytes);
      for (let at = 0; at < bytes; ) at += writeSync(file, noise, at);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
