import { toCsv } from "../../core/to-csv.ts";
import { escapeControls } from "../../core/view.ts";
import type { StoredEvent } from "../../model/events.ts";
import { isArchived, type LedgerRow } from "../../model/verified-ledger.ts";
import { iso } from "./audit-words.ts";

export const EXPORT_FORMATS = ["jsonl", "csv"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

const COLUMNS = ["row", "time", "stream", "event", "actor", "data", "call"];
const ROWS_AT_ONCE = 500;

/** A part of an export. */
interface Piece {
  readonly text: string;
  readonly rows: number;
  /** Rows that were left out: their content is in their archive. */
  readonly archived: number;
}

/** The ledger's events as text, in pieces of some hundred rows. */
export function* exportRows(
  rows: Iterable<LedgerRow>,
  format: ExportFormat,
  rollout: string | undefined,
): Generator<Piece> {
  if (format === "csv") yield { text: toCsv([COLUMNS]), rows: 0, archived: 0 };
  let some: StoredEvent[] = [];
  let archived = 0;
  const piece = () => ({
    text: format === "csv" ? toCsv(some.map(cellsOf)) : some.map(lineOf).join(""),
    rows: some.length,
    archived,
  });
  for (const row of rows) {
    if (!isOf(row, rollout)) continue;
    if (isArchived(row)) {
      archived += 1;
      continue;
    }
    some.push(row);
    if (some.length < ROWS_AT_ONCE) continue;
    yield piece();
    [some, archived] = [[], 0];
  }
  if (some.length + archived > 0) yield piece();
}

/** Whether the event is of the rollout's stream, or of one of its upgrades. */
export function isOf({ stream }: LedgerRow, rollout: string | undefined): boolean {
  return rollout === undefined || stream === `rollout.${rollout}` || stream.startsWith(`upgrade.${rollout}.`);
}

function lineOf({ position, at, stream, seq, id, type, actor, callId, data }: StoredEvent): string {
  const line = { row: position, at: iso(at), stream, seq, id, type, actor, callId: callId ?? null, data };
  return `${escapeControls(JSON.stringify(line))}\n`;
}

function cellsOf({ position, at, stream, type, actor, callId, data }: StoredEvent): readonly (string | number)[] {
  return [position, iso(at), stream, type, actor, JSON.stringify(data), callId ?? ""];
}
