import { stringify } from "csv-stringify/sync";
import { escapeControls } from "./view.ts";

type Cell = string | number;

/** Rows as CSV (RFC 4180). A cell that a spreadsheet would take for a formula begins with an apostrophe, also behind spaces; control characters are written out. */
export function toCsv(rows: readonly (readonly Cell[])[]): string {
  return stringify(
    rows.map((row) => row.map((cell) => (typeof cell === "string" ? asText(escapeControls(cell)) : cell))),
    { escape_formulas: true, record_delimiter: "windows", quote_record_delimiter: true },
  );
}

/** csv-stringify looks for formulas at the very beginning alone. */
function asText(cell: string): string {
  return /^\s+[=+\-@]/.test(cell) ? `'${cell}` : cell;
}
