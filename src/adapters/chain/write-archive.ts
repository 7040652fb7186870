import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { OperatorError } from "../../core/ports.ts";
import type { StoredEvent } from "../../model/events.ts";
import type { Archivable } from "../../model/rollout/archivable.ts";
import { prunedSeal } from "./chain.ts";
import type { LinkedRow } from "./link-rows.ts";
import { toEvent } from "./row.ts";
import { syncFolderOf } from "./sync-folder.ts";

/** How many streams left the ledger, how many rows of them, and how many rows of streams that go on. */
export interface Retained {
  readonly streams: number;
  readonly rows: number;
  readonly single: number;
  /** Ids of the rollouts that left it. */
  readonly rollouts: readonly string[];
  /** The hash of the archive, in hex. */
  readonly sha256: string;
}

/** What leaves a ledger: the rows, and what is kept of each. */
export interface Leaving extends Retained {
  readonly leaving: readonly LinkedRow[];
  readonly seals: readonly { readonly position: number; readonly pruned: string }[];
}

const ROLLOUT = "rollout.";

/** Chooses among the rows that are not archived yet. */
export function chooseLeaving(
  key: Buffer,
  present: readonly LinkedRow[],
  choose: (events: Iterable<StoredEvent>) => Archivable,
): Leaving {
  const { streams, events } = choose(present.map(toEvent));
  const leaving = present.filter((row) => streams.has(row.stream) || events.has(row.position));
  const seals = leaving.map((row) => ({
    position: row.position,
    pruned: prunedSeal(key, row, streams.has(row.stream) ? "stream" : "row"),
  }));
  const rows = leaving.filter(({ stream }) => streams.has(stream)).length;
  const rollouts = [...streams].flatMap((stream) => (stream.startsWith(ROLLOUT) ? stream.slice(ROLLOUT.length) : []));
  const hash = createHash("sha256");
  for (const row of leaving) hash.update(lineOf(row));
  const sha256 = hash.digest("hex");
  return { leaving, seals, streams: streams.size, rows, single: leaving.length - rows, rollouts, sha256 };
}

/**
 * JSON lines of {position, stream, seq, id, json, link}, on the disk before anything leaves the ledger. An archive that has exactly these
 * rows is taken as it is: an earlier run wrote it, and could not remove the rows. Throws OperatorError if there is another one.
 */
export function writeArchive(path: string, rows: readonly LinkedRow[]): void {
  if (existsSync(path)) {
    assertHolds(path, rows);
    return;
  }
  if (rows.length === 0) return;
  // Half an archive has no name: a program that was killed may have left it.
  const draft = `${path}.draft`;
  rmSync(draft, { force: true });
  const file = openSync(draft, "wx", 0o600);
  try {
    // Unlike writeSync it never ends after a part of the text: a disk that is almost full takes only that.
    for (const row of rows) writeFileSync(file, lineOf(row));
    fsyncSync(file);
    renameSync(draft, path);
    syncFolderOf(path);
  } finally {
    closeSync(file);
    rmSync(draft, { force: true });
  }
}

function assertHolds(path: string, rows: readonly LinkedRow[]): void {
  if (!statSync(path).isFile()) throw anotherOne(path);
  const file = openSync(path, "r");
  try {
    if (!holds(file, rows)) throw anotherOne(path);
    fsyncSync(file);
    syncFolderOf(path);
  } finally {
    closeSync(file);
  }
}

function holds(file: number, rows: readonly LinkedRow[]): boolean {
  const isNext = (row: LinkedRow) => {
    const line = Buffer.from(lineOf(row));
    const found = Buffer.alloc(line.length);
    readSync(file, found);
    return found.equals(line);
  };
  return rows.length > 0 && rows.every(isNext) && readSync(file, Buffer.alloc(1)) === 0;
}

function lineOf({ position, stream, seq, id, json, link }: LinkedRow): string {
  return `${JSON.stringify({ position, stream, seq, id, json, link })}\n`;
}

function anotherOne(archive: string): OperatorError {
  return new OperatorError(
    `${archive} is there already, and is not the archive of what leaves the ledger now. Drydock never overwrites an archive: give another name.`,
  );
}
