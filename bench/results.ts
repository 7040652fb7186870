import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** What one bench measured. `bench/report.ts` makes a section of docs/benchmarks.md from it. */
export interface BenchResult {
  /** Its file's name, e.g. `makespan`. */
  readonly name: string;
  readonly title: string;
  /** How it was measured, one sentence each. */
  readonly about: readonly string[];
  readonly seeds: readonly number[];
  readonly targets: readonly BenchTarget[];
  readonly tables: readonly BenchTable[];
  readonly plots?: readonly BenchPlot[];
}

interface BenchTarget {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  readonly met: boolean;
  /** Why it is missed, in one sentence. */
  readonly why?: string;
}

export interface BenchTable {
  /** What the table shows; left out if the section's title says it. */
  readonly caption?: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** Lines over one horizontal axis, which is logarithmic. */
export interface BenchPlot {
  /** The picture's file name without its ending. */
  readonly name: string;
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly lines: readonly { readonly label: string; readonly points: readonly (readonly [number, number])[] }[];
  /** The target, as a horizontal line. */
  readonly target?: number;
  /** Whether the vertical axis is logarithmic, too. */
  readonly logarithmic?: boolean;
}

/** Prints what was measured, and writes it into the folder `BENCH_RESULTS` if that is set. */
export function publish(result: BenchResult): void {
  const { title, tables, targets, name } = result;
  process.stdout.write(`${title}\n`);
  for (const table of tables) process.stdout.write(`${table.caption ? `${table.caption}\n` : ""}${aligned(table)}\n`);
  for (const { what, target, measured, met, why } of targets)
    process.stdout.write(
      `${met ? "met" : "MISSED"}: ${what}: ${measured} (target ${target})${why && !met ? `. ${why}` : ""}\n`,
    );
  const folder = process.env.BENCH_RESULTS;
  if (folder) writeFileSync(join(folder, `${name}.json`), JSON.stringify(result, null, 2));
}

function aligned({ columns, rows }: BenchTable): string {
  const lines = [columns, ...rows].map((cells) => cells.map(String));
  const widths = columns.map((_, i) => Math.max(...lines.map((cells) => cells[i]?.length ?? 0)));
  return lines
    .map((cells) => `  ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd())
    .join("\n");
}

/** Whether this run may take half an hour. */
export const isLarge = process.argv.includes("--large");
