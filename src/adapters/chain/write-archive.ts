import { closeSync, existsSync, fsyncSync, openSync, rmSync, writeSync } from "node:fs";
import { OperatorError } from "../../core/ports.ts";
import type { StoredEvent } from "../../model/events.ts";
import type { Archivable } from "../../model/rollout/retention.ts";
import { prunedSeal } from "./chain.ts";
import type { LinkedRow } from "./link-rows.ts";
import { toEvent } from "./row.ts";

/** How many streams left the ledger, how many rows of them, and how many rows of streams that go on. */
export interface Retained {
  readonly streams: number;
  readonly rows: number;
  readonly single: number;
}

/** What leaves a ledger: the rows, and what is kept of each. */
export interface Leaving extends Retained {
  readonly leaving: readonly LinkedRow[];
  readonly seals: readonly { readonly position: number; readonly pruned: string }[];
}

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
  return { leaving, seals, streams: streams.size, rows, single: leaving.length - rows };
}

/** Throws OperatorError if the archive is there already. */
export function assertNoArchive(archive: string): void {
  if (existsSync(archive))
    throw new OperatorError(`${archive} is there already: an archive is never overwritten. Give another name.`);
}

/** JSON lines of {position, stream, seq, id, json, link}, on the disk before anything leaves the ledger. */
export function writeArchive(path: string, rows: readonly LinkedRow[]): void {
  const file = openSync(path, "wx", 0o600);
  try {
    for (const { position, stream, seq, id, json, link } of rows)
      writeSync(file, `${JSON.stringify({ position, stream, seq, id, json, link })}\n`);
    fsyncSync(file);
  } catch (error) {
    // Half an archive is none.
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
}
