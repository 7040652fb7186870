import { createHash, type Hash } from "node:crypto";
import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { StringDecoder } from "node:string_decoder";
import { z } from "zod";
import { OperatorError } from "../../core/ports.ts";
import type { StoredEvent } from "../../model/events.ts";
import type { LinkedRow } from "./link-rows.ts";

const CHUNK = 1 << 16;
const ROW = z.strictObject({
  ...{ position: z.int(), stream: z.string(), seq: z.int(), id: z.string(), json: z.string(), link: z.string() },
});

/** A file that retain wrote, held against what the ledger records of it. */
export interface ArchiveFile {
  readonly path: string;
  /** The row of the ledger that records it; undefined if an older version recorded nothing. */
  readonly recordedIn: number | undefined;
  /** Whether that row has this file's hash. */
  readonly isRecorded: boolean;
  /** The first change of the ledger's key since the rows left it, if no hash is recorded. */
  readonly keyChange: { readonly row: number; readonly from: string } | undefined;
  /** In steps, so that an archive of any size can be read. */
  rows(): Generator<LinkedRow>;
}

type Archiving = Extract<StoredEvent, { readonly type: "ledger.archived" }>;

/** @param path a file, or a folder of them. @param care what the ledger records of itself. Throws OperatorError, also for a file of which rows are cut off. */
export function archiveFiles(path: string, care: readonly StoredEvent[]): readonly ArchiveFile[] {
  const archivings = care.filter((event): event is Archiving => event.type === "ledger.archived");
  return filesAt(path).map((file) => {
    const found = digestOf(file);
    const archiving = archivings.find(({ data }) => data.sha256 === found.sha256) ?? likeliest(file, found, archivings);
    const isRecorded = archiving?.data.sha256 === found.sha256;
    if (archiving && !isRecorded && found.rows < archiving.data.rows) throw cut(file, found.rows, archiving);
    const keyChange = archiving?.data.sha256 === undefined ? keyChangeAfter(archiving, care) : undefined;
    return {
      path: file,
      recordedIn: archiving?.position,
      isRecorded,
      keyChange,
      rows: () => unchangedRows(file, found.sha256),
    };
  });
}

function keyChangeAfter(archiving: Archiving | undefined, care: readonly StoredEvent[]): ArchiveFile["keyChange"] {
  for (const { type, position, data } of care)
    if (type === "ledger.key-changed" && position > (archiving?.position ?? 0))
      return { row: position, from: data.from };
  return undefined;
}

function filesAt(path: string): readonly string[] {
  if (!reading(path, () => statSync(path).isDirectory())) return [path];
  const names = reading(path, () => readdirSync(path));
  // A link to nothing is named when it is opened.
  const isFile = (file: string) => statSync(file, { throwIfNoEntry: false })?.isFile() ?? true;
  const files = names.map((name) => join(path, name)).filter((file) => reading(file, () => isFile(file)));
  if (files.length === 0) throw new OperatorError(`The folder ${path} has no archive in it.`);
  return files.sort();
}

interface Found {
  readonly sha256: string;
  readonly rows: number;
  readonly rollouts: ReadonlySet<string>;
}

function digestOf(file: string): Found {
  const hash = createHash("sha256");
  const rollouts = new Set<string>();
  let rows = 0;
  for (const { stream } of rowsIn(file, hash)) {
    rows += 1;
    if (stream.startsWith("rollout.")) rollouts.add(stream.slice("rollout.".length));
  }
  return { sha256: hash.digest("hex"), rows, rollouts };
}

/** Older versions recorded no hash, and a file may have another name by now. */
function likeliest(file: string, { rollouts }: Found, archivings: readonly Archiving[]): Archiving | undefined {
  const same = archivings.find(({ data }) => data.rollouts.some((id) => rollouts.has(id)));
  const named = archivings.filter(({ data }) => data.archive === basename(file));
  return same ?? (named.length === 1 ? named[0] : undefined);
}

function cut(file: string, rows: number, { position, data }: Archiving): OperatorError {
  return new OperatorError(
    `The archive ${file} has ${rows} of the ${data.rows} rows that left the ledger for ${data.archive} (row ${position} of the ledger). ` +
      "Expected the file that drydock retain wrote, as it wrote it.",
  );
}

/** A hash proves only the reading that it is of. */
function* unchangedRows(archive: string, sha256: string): Generator<LinkedRow> {
  const hash = createHash("sha256");
  yield* rowsIn(archive, hash);
  if (hash.digest("hex") !== sha256)
    throw new OperatorError(
      `The archive ${archive} changed while Drydock read it. Try again when nothing writes to it.`,
    );
}

function* rowsIn(archive: string, hash: Hash): Generator<LinkedRow> {
  let number = 0;
  for (const line of linesOf(archive, hash)) {
    number += 1;
    const row = parsed(line);
    if (!row)
      throw new OperatorError(`Line ${number} of ${archive} is no row of an archive that drydock retain wrote.`);
    yield row;
  }
}

function parsed(line: string): LinkedRow | undefined {
  try {
    return ROW.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function* linesOf(path: string, hash: Hash): Generator<string> {
  const file = reading(path, () => openSync(path, "r"));
  try {
    const decoder = new StringDecoder("utf8");
    const chunk = Buffer.alloc(CHUNK);
    let rest = "";
    const next = () => reading(path, () => readSync(file, chunk));
    for (let size = next(); size > 0; size = next()) {
      const read = chunk.subarray(0, size);
      hash.update(read);
      const lines = (rest + decoder.write(read)).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
    if (rest !== "") yield rest;
  } finally {
    closeSync(file);
  }
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new OperatorError(`Drydock cannot read the archive ${path} (${why}).`);
  }
}
