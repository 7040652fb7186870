import { escapeControls } from "../core/view.ts";

/** A piece of a line for a terminal; a bare text has no style. */
export type Styled = string | { readonly text: string; readonly style: keyof typeof CODES };
export type StyledLine = readonly Styled[];

const CODES = { bold: 1, dim: 2, bad: 31, good: 32, warning: 33 } as const;
/** Between two columns. */
const GAP = "  ";

/** Text as it is printed: its own control characters do nothing. */
export function printed(text: string | readonly StyledLine[], colour: boolean): string {
  if (typeof text === "string") return escapeControls(text);
  return text
    .map((line) =>
      line
        .map((part) => drawn(part, colour))
        .join("")
        .trimEnd(),
    )
    .join("\n");
}

function drawn(part: Styled, colour: boolean): string {
  if (typeof part === "string") return escapeControls(part);
  const text = escapeControls(part.text);
  return colour && text.trim() !== "" ? `\u001b[${CODES[part.style]}m${text}\u001b[0m` : text;
}

/** Columns under their heads, as wide as their widest cell; a column of numbers is aligned to the right. */
export function table(heads: readonly string[], rows: readonly (readonly Styled[])[]): readonly StyledLine[] {
  const lines = [heads.map((text): Styled => ({ text, style: "bold" })), ...rows.map((row) => row.map(oneLine))];
  const widths = heads.map((_, i) => Math.max(...lines.map((line) => widthOf(line[i] ?? ""))));
  const right = heads.map((_, i) => rows.length > 0 && rows.every((row) => /^[\d,]+$/.test(textOf(row[i] ?? ""))));
  return lines.map((line) =>
    line.flatMap((cell, i): readonly Styled[] => {
      const pad = " ".repeat((widths[i] ?? 0) - widthOf(cell));
      const padded = right[i] ? [pad, cell] : [cell, pad];
      return i === 0 ? padded : [GAP, ...padded];
    }),
  );
}

function oneLine(part: Styled): Styled {
  const text = textOf(part).replace(/[\t\r\n]+/g, " ");
  return typeof part === "string" ? text : { ...part, text };
}

function textOf(part: Styled): string {
  return typeof part === "string" ? part : part.text;
}

function widthOf(part: Styled): number {
  return [...escapeControls(textOf(part))].length;
}
