/**
 * Writes docs/benchmarks.md and its pictures from what the benches have published in a folder: `tsx bench/report.ts FOLDER`.
 * `npm run bench` measures all of it first.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { drawPlot } from "./plot.ts";
import type { BenchResult, BenchTable } from "./results.ts";

/** The sections of the page, each measured by the program of that name. */
export const BENCHES = ["makespan", "order", "requests", "people", "slack", "memory", "overload"] as const;

const PAGE = "docs/benchmarks.md";
const PICTURES = "docs/benchmarks";
const GIGABYTE = 2 ** 30;

export function writeReport(folder: string, load = ""): void {
  const files = BENCHES.map((name) => join(folder, `${name}.json`)).filter((file) => existsSync(file));
  const results = files.map((file) => JSON.parse(readFileSync(file, "utf8")) as BenchResult);
  mkdirSync(PICTURES, { recursive: true });
  for (const { plots = [] } of results)
    for (const plot of plots) writeFileSync(join(PICTURES, `${plot.name}.svg`), drawPlot(plot));
  writeFileSync(PAGE, `${[...head(results, load), ...results.flatMap(section)].join("\n")}\n`);
}

function head(results: readonly BenchResult[], load: string): readonly string[] {
  const memory = Math.round(totalmem() / GIGABYTE);
  const targets = results.flatMap(({ targets: all }) => all);
  const met = targets.filter((target) => target.met).length;
  return [
    "# How fast is Drydock, and what does it cost?",
    "",
    "`npm run bench` measures this and writes this page.",
    "Compared figures come from the same run, and most are ratios or counts.",
    `Drydock meets ${met} of its ${targets.length} targets.`,
    "",
    "| Measured | |",
    "| --- | --- |",
    `| Date | ${new Date().toISOString().slice(0, 10)} |`,
    `| Machine | ${cpus().length} cores, ${memory} GB${load} |`,
    `| Node | ${process.versions.node}, ${process.platform} ${process.arch} |`,
    "",
  ];
}

function section({ title, about, seeds, targets, tables, plots = [] }: BenchResult): readonly string[] {
  const missed = targets.flatMap(({ what, met, why }) => (met || !why ? [] : [`${what}: ${why}`]));
  const goals: BenchTable = {
    columns: ["What", "Target", "Measured", "Met"],
    rows: targets.map(({ what, target, measured, met }) => [what, target, measured, met ? "yes" : "**no**"]),
  };
  return [
    `## ${title}`,
    "",
    ...about,
    `Seeds: ${seeds.join(", ")}.`,
    "",
    ...(targets.length > 0 ? markdown(goals) : []),
    ...(missed.length > 0 ? [...missed.map((why) => `- ${why}`), ""] : []),
    ...plots.flatMap((plot) => [`![${plot.title}](benchmarks/${plot.name}.svg)`, ""]),
    ...tables.flatMap((table) => [...(table.caption ? [table.caption, ""] : []), ...markdown(table)]),
  ];
}

function markdown({ columns, rows }: BenchTable): readonly string[] {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line), ""];
}

if (process.argv[1]?.endsWith("report.ts")) writeReport(process.argv[2] ?? process.env.BENCH_RESULTS ?? "");
