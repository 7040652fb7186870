import { closeSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { z } from "zod";
import { OperatorError } from "../../core/ports.ts";
import { GENESIS, linkOf, type StoredRow } from "./chain.ts";
import type { LinkedRow } from "./link-rows.ts";

const CHUNK = 1 << 16;
const ROW = z.strictObject({
  ...{ position: z.int(), stream: z.string(), seq: z.int(), id: z.string(), json: z.string(), link: z.string() },
});

/**
 * The rows of a ledger with what an archive holds of them, each recomputed against the links that the ledger kept. Throws OperatorError
 * if the archive has a row that is not what left this ledger.
 */
export function* withArchive(rows: Iterable<StoredRow>, archive: string, key: Buffer): Generator<StoredRow> {
  const archived = rowsIn(archive);
  let next = archived.next();
  let previous = GENESIS;
  for (const row of rows) {
    if (!next.done && next.value.position === row.position) {
      assertSame(row, next.value, { previous, key, archive });
      yield { ...row, json: next.value.json };
      next = archived.next();
    } else yield row;
    previous = row.link;
  }
  if (!next.done) throw another(archive, next.value.position);
}

function assertSame(
  row: StoredRow,
  archived: LinkedRow,
  { previous, key, archive }: { readonly previous: string; readonly key: Buffer; readonly archive: string },
): void {
  const isSame = archived.link === row.link && linkOf(key, previous, archived) === row.link;
  if (!isSame) throw another(archive, row.position);
}

function another(archive: string, position: number): OperatorError {
  return new OperatorError(
    `Row ${position} of the archive ${archive} is not what left this ledger. Expected the file that drydock retain wrote, as it wrote it. ` +
      "If the ledger got another key since, only a backup from before, with the old key, proves the archive.",
  );
}

/** In steps, so that an archive of any size can be read. */
function* rowsIn(archive: string): Generator<LinkedRow> {
  let number = 0;
  for (const line of linesOf(archive)) {
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

function* linesOf(path: string): Generator<string> {
  const file = opened(path);
  try {
    const decoder = new StringDecoder("utf8");
    const chunk = Buffer.alloc(CHUNK);
    let rest = "";
    for (let size = readSync(file, chunk); size > 0; size = readSync(file, chunk)) {
      const lines = (rest + decoder.write(chunk.subarray(0, size))).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
    if (rest !== "") yield rest;
  } finally {
    closeSync(file);
  }
}

function opened(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new OperatorError(`Drydock cannot read the archive ${path} (${why}).`);
  }
}
