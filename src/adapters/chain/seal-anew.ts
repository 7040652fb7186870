import { archivedAs, linkOf, prunedSeal, type StoredRow } from "./chain.ts";

export interface KeyChange {
  readonly old: Buffer;
  readonly fresh: Buffer;
}

/** The row's link and seal under the new key. Of an archived row the content is gone, so its link stays; the new key seals it. */
export function sealAnew(
  { old, fresh }: KeyChange,
  previous: string,
  row: StoredRow,
): Pick<StoredRow, "link" | "pruned"> {
  const archived = archivedAs(old, row);
  return archived
    ? { link: row.link, pruned: prunedSeal(fresh, row, archived) }
    : { link: linkOf(fresh, previous, row), pruned: null };
}
