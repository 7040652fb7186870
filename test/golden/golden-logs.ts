import { readFileSync, writeFileSync } from "node:fs";
import { play, problemsOf } from "../simulation/schedule.ts";
import { DEEP } from "../support/runs.ts";

/** The seeds are 1 to this number. */
export const SEEDS = 300;
const SEEDS_PER_FILE = 50;
/** Without the deep numbers, one of so many seeds is played. */
const STRIDE = 12;
/** Lines before a difference that a report shows. */
const CONTEXT = 3;
/** Events that one ledger is read for; a seed writes about 70. */
const ALL = 1_000_000;

/** The recorded logs of some seeds, in one file: `# seed N`, then one line `at stream type` an event. */
export interface GoldenFile {
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

type Logs = ReadonlyMap<number, readonly string[]>;

export const GOLDEN_FILES: readonly GoldenFile[] = Array.from({ length: SEEDS / SEEDS_PER_FILE }, (_, i) => {
  const [first, last] = [i * SEEDS_PER_FILE + 1, (i + 1) * SEEDS_PER_FILE];
  const digits = (seed: number) => String(seed).padStart(3, "0");
  return { name: `seeds-${digits(first)}-${digits(last)}.txt`, first, last };
});

/** The seeds of a file that a test plays: all with the deep numbers or GOLDEN=all, else every twelfth. */
export function seedsToCheck(file: GoldenFile): readonly number[] {
  return DEEP || process.env.GOLDEN === "all" ? seedsOf(file) : seedsOf(file).filter((seed) => seed % STRIDE === 1);
}

export function seedsOf({ first, last }: GoldenFile): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Plays seeds. A schedule that breaks a rule of the simulation is reported and never recorded. */
export async function playGolden(seeds: readonly number[]): Promise<{ logs: Logs; problems: readonly string[] }> {
  const logs = new Map<number, readonly string[]>();
  const problems: string[] = [];
  for (const seed of seeds) {
    const world = await play(seed);
    const events = await world.ledger.since(0, ALL);
    logs.set(
      seed,
      events.map(({ at, stream, type }) => `${at} ${stream} ${type}`),
    );
    problems.push(...(await problemsOf(world)).map((problem) => `seed ${seed}: ${problem}`));
  }
  return { logs, problems };
}

export function readGolden(file: GoldenFile): string {
  return readFileSync(pathOf(file), "utf8");
}

export function writeGolden(file: GoldenFile, logs: Logs): void {
  writeFileSync(pathOf(file), textOf(logs));
}

/** Where a file and the logs of today differ first, and in how many of their seeds; undefined if they are equal byte by byte. */
export function firstDifference(file: GoldenFile, whole: string, logs: Logs): string | undefined {
  const recorded = onlySeeds(whole, logs);
  const text = textOf(logs);
  if (recorded === text) return undefined;
  const [expected, got] = [recorded.split("\n"), text.split("\n")];
  const at = expected.findIndex((line, i) => line !== got[i]);
  const i = at < 0 ? expected.length : at;
  const header = expected.slice(0, i + 1).findLastIndex((line) => line.startsWith("# "));
  const before = expected.slice(Math.max(header + 1, i - CONTEXT), i).map((line) => `  before:   ${line}`);
  const others = [...logs].filter(([seed, log]) => !recorded.includes(`${blockOf(seed, log)}\n`));
  return [
    `${expected[header]?.slice(2) ?? file.name}, event ${i - header}, differs (${file.name}):`,
    ...before,
    `  expected: ${shown(expected[i])}`,
    `  got:      ${shown(got[i])}`,
    `${others.length} of the ${logs.size} seeds that were played of ${file.name} differ.`,
  ].join("\n");
}

/** What a file holds of these seeds. */
function onlySeeds(text: string, logs: Logs): string {
  const blocks = text.split(/^(?=# seed )/m);
  return blocks.filter((block) => logs.has(Number(/^# seed (\d+)/.exec(block)?.[1]))).join("");
}

function textOf(logs: Logs): string {
  return `${[...logs].map(([seed, log]) => blockOf(seed, log)).join("\n")}\n`;
}

function blockOf(seed: number, log: readonly string[]): string {
  return [`# seed ${seed}`, ...log].join("\n");
}

/** The next seed's header, or the end of the file, is where a log ends. */
function shown(line: string | undefined): string {
  return !line || line.startsWith("# ") ? "(the log ends here)" : line;
}

function pathOf({ name }: GoldenFile): URL {
  return new URL(`simulation/${name}`, import.meta.url);
}
