import { OperatorError } from "../../core/ports.ts";
import type { ArchiveFile } from "./archive-files.ts";
import { GENESIS, linkOf, type StoredRow } from "./chain.ts";
import type { LinkedRow } from "./link-rows.ts";

/**
 * The rows of a ledger with what archives hold of them, each recomputed against the links that the ledger kept. Throws OperatorError
 * if an archive has a row that is not what left this ledger.
 */
export function* withArchives(
  rows: Iterable<StoredRow>,
  archives: readonly ArchiveFile[],
  key: Buffer,
): Generator<StoredRow> {
  const readers = archives.map((archive) => {
    const lines = archive.rows();
    return { archive, lines, next: lines.next() };
  });
  let previous = GENESIS;
  for (const row of rows) {
    let json: string | undefined;
    for (const reader of readers) {
      const { archive, lines, next } = reader;
      if (next.done || next.value.position !== row.position) continue;
      if (!isSame(row, next.value, { previous, key, archive })) throw another(archive, row, next.value);
      json = next.value.json;
      reader.next = lines.next();
    }
    yield json === undefined ? row : { ...row, json };
    previous = row.link;
  }
  for (const { archive, next } of readers) if (!next.done) throw another(archive, undefined, next.value);
}

/** A change of the key keeps an archived row's link, which then cannot be recomputed: the file's own hash proves it. */
function isSame(
  row: StoredRow,
  archived: LinkedRow,
  { previous, key, archive }: { readonly previous: string; readonly key: Buffer; readonly archive: ArchiveFile },
): boolean {
  if (!hasPlaceOf(row, archived)) return false;
  return archive.isRecorded || linkOf(key, previous, archived) === row.link;
}

function hasPlaceOf(row: StoredRow, archived: LinkedRow): boolean {
  return (["stream", "seq", "id", "link"] as const).every((name) => row[name] === archived[name]);
}

function another({ path, keyChange }: ArchiveFile, row: StoredRow | undefined, archived: LinkedRow): OperatorError {
  const which = `Row ${archived.position} of the archive ${path}`;
  if (row && keyChange && hasPlaceOf(row, archived))
    return new OperatorError(
      `${which} cannot be proven: it was sealed with the key ${keyChange.from}, and the ledger has another one since row ${keyChange.row}. ` +
        `To prove it, audit a backup from before that row with that key: drydock audit verify --ledger BACKUP --archive ${path}`,
    );
  return new OperatorError(
    `${which} is not what left this ledger. Expected the file that drydock retain wrote, as it wrote it.`,
  );
}
