import { toCsv } from "../../core/to-csv.ts";
import { escapeControls } from "../../core/view.ts";
import type { StoredEvent } from "../../model/events.ts";
import { isArchived, type LedgerRow } from "../../model/verified-ledger.ts";
import { iso } from "./audit-words.ts";

export const EXPORT_FORMATS = ["jsonl", "csv"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const COLUMNS = ["row", "time", "stream", "event", "actor", "data"];
const ROWS_AT_ONCE = 500;

/** The ledger's events as text, in pieces of some hundred rows. Archived rows are left out: their content is in their archive. */
export function* exportRows(
  rows: Iterable<LedgerRow>,
  format: ExportFormat,
  rollout: string | undefined,
): Generator<{ readonly text: string; readonly rows: number }> {
  if (format === "csv") yield { text: toCsv([COLUMNS]), rows: 0 };
  let some: StoredEvent[] = [];
  const piece = () => ({
    text: format === "csv" ? toCsv(some.map(cellsOf)) : some.map(lineOf).join(""),
    rows: some.length,
  });
  for (const row of rows) {
    if (isArchived(row) || !isOf(row, rollout)) continue;
    some.push(row);
    if (some.length < ROWS_AT_ONCE) continue;
    yield piece();
    some = [];
  }
  if (some.length > 0) yield piece();
}

/** Whether the event is of the rollout's stream, or of one of its upgrades. */
export function isOf({ stream }: StoredEvent, rollout: string | undefined): boolean {
  return rollout === undefined || stream === `rollout.${rollout}` || stream.startsWith(`upgrade.${rollout}.`);
}

function lineOf({ position, at, stream, seq, id, type, actor, data }: StoredEvent): string {
  return `${escapeControls(JSON.stringify({ row: position, at: iso(at), stream, seq, id, type, actor, data }))}\n`;
}

function cellsOf({ position, at, stream, type, actor, data }: StoredEvent): readonly (string | number)[] {
  return [position, iso(at), stream, type, actor, JSON.stringify(data)];
}
