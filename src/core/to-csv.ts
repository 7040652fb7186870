import { stringify } from "csv-stringify/sync";

type Cell = string | number;

/** Rows as CSV (RFC 4180). A cell that a spreadsheet would take for a formula begins with an apostrophe, also behind spaces. */
export function toCsv(rows: readonly (readonly Cell[])[]): string {
  return stringify(
    rows.map((row) => row.map((cell) => (typeof cell === "string" && /^\s+[=+\-@]/.test(cell) ? `'${cell}` : cell))),
    { escape_formulas: true, record_delimiter: "windows", quote_record_delimiter: true },
  );
}
