import { createHmac, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { deserialize, serialize } from "node:v8";
import type { Log } from "../../core/ports.ts";
import type { Snapshot } from "../../model/ledger-port.ts";
import type { RowAt } from "../chain/chain.ts";
import type { Database } from "./database.ts";
import { realLedger } from "./ledger-files.ts";

/** A snapshot, and the link of its newest row. */
export interface KeptSnapshot extends Snapshot, RowAt {}

interface Snapshots {
  /** The snapshot that fits this ledger and this build; undefined if there is none. The log says why, if there is a file. */
  read(): KeptSnapshot | undefined;
  /** Whole or not at all, for its owner alone. Never throws. */
  keep(snapshot: Snapshot): void;
  /** The ledger is broken: the next start checks all of it. */
  remove(): void;
}

const FORMAT = "drydock snapshot 1";
const SEAL = 32;

/** What is kept is sealed with the ledger's key, so it can be read back without being checked in any other way. */
interface Content extends KeptSnapshot {
  readonly format: string;
  readonly build: string;
  /** The link of the ledger's first row: that of no other ledger. */
  readonly ledger: string;
}

export function snapshotFileOf(file: string): string {
  return `${realLedger(file)}.snapshot`;
}

/** The snapshot beside a ledger. Without `build` there is none. */
export function createSnapshots(
  db: Database,
  settings: { readonly file: string; readonly key: Buffer; readonly build?: string | undefined; readonly log?: Log },
): Snapshots {
  const { key, build, log } = settings;
  const path = snapshotFileOf(settings.file);

  let isBroken = false;

  /** It is in the chain: an edited one fits no row after it. */
  function firstLink(): string {
    return db.prepare<[], RowAt>("SELECT position, link FROM event ORDER BY position LIMIT 1").get()?.link ?? "";
  }

  function linkAt(position: number): string | undefined {
    return db.prepare<[number], RowAt>("SELECT position, link FROM event WHERE position = ?").get(position)?.link;
  }

  /** The content, or why it cannot be used. */
  function content(): Content | string {
    const bytes = readFileSync(path);
    const body = bytes.subarray(SEAL);
    if (bytes.length < SEAL || !timingSafeEqual(bytes.subarray(0, SEAL), sealOf(key, body)))
      return "it was edited, or is of another key";
    const found = deserialize(body) as Content;
    if (found.format !== FORMAT || found.build !== build) return "another version of Drydock wrote it";
    if (found.ledger !== firstLink() || found.link !== linkAt(found.position)) return "it is of another ledger";
    const archived = db.prepare("SELECT 1 FROM event WHERE position > ? AND pruned IS NOT NULL LIMIT 1");
    return archived.get(found.position) ? "rows were archived since" : found;
  }

  return {
    read() {
      if (build === undefined || !existsSync(path)) return undefined;
      let found: Content | string;
      try {
        found = content();
      } catch {
        found = "it cannot be read";
      }
      if (typeof found !== "string") return found;
      log?.info({ file: path, why: found }, "the ledger's snapshot is not used: Drydock checks the whole ledger first");
      return undefined;
    },
    keep({ position, state }) {
      if (build === undefined || isBroken) return;
      const fresh = `${path}.new`;
      try {
        const link = linkAt(position);
        if (link === undefined) return;
        const kept: Content = { format: FORMAT, build, ledger: firstLink(), position, link, state };
        const body = serialize(kept);
        rmSync(fresh, { force: true });
        // A file that a power failure cut does not fit its seal, so nothing waits for the disk.
        writeFileSync(fresh, Buffer.concat([sealOf(key, body), body]), { mode: 0o600, flag: "wx" });
        renameSync(fresh, path);
      } catch (error) {
        log?.warn({ file: path, error }, "the ledger's snapshot could not be written: the next start takes longer");
      }
    },
    remove() {
      isBroken = true;
      removeSnapshot(settings.file);
    },
  };
}

/** The next start checks and folds the whole ledger. */
export function removeSnapshot(file: string): void {
  rmSync(snapshotFileOf(file), { force: true });
}

function sealOf(key: Buffer, body: Buffer): Buffer {
  return createHmac("sha256", key).update("snapshot ").update(body).digest();
}
