/** What one bench measured, as a plain object. */
export interface Measured {
  /** Its file's name, e.g. `slack`. */
  readonly name: string;
  readonly title: string;
  /** How it was measured, one sentence each. */
  readonly about: readonly string[];
  readonly seeds: readonly number[];
  readonly targets: readonly Target[];
  readonly tables: readonly Table[];
}

interface Target {
  readonly what: string;
  readonly target: string;
  readonly measured: string;
  readonly met: boolean;
  /** Why it is missed, in one sentence. */
  readonly why?: string;
}

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export function print({ title, tables, targets }: Measured): void {
  const lines = [title, ...tables.flatMap(aligned)];
  for (const { what, target, measured, met, why } of targets)
    lines.push(`${met ? "met" : "MISSED"}: ${what}: ${measured} (target ${target})${why ? `. ${why}` : ""}`);
  process.stdout.write(`${lines.join("\n")}\n`);
}

function aligned({ columns, rows }: Table): readonly string[] {
  const lines = [columns, ...rows].map((cells) => cells.map(String));
  const widths = columns.map((_, i) => Math.max(...lines.map((cells) => cells[i]?.length ?? 0)));
  return lines.map((cells) => `  ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd());
}
