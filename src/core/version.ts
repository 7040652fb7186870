import { Range, SemVer } from "semver";
import { onceFor } from "./cache.ts";

/**
 * A version as the server writes it: up to five numbers `a.b.c.d.build`, e.g. `6.2.7.1.960390`. Missing parts count as 0
 * when two versions are compared. Source: docs/urbancode-deploy.md, "Versions".
 */
export interface Version {
  readonly text: string;
  readonly parts: readonly number[];
}

const MAX_PARTS = 5;

/** Thousands of agents have few versions, and a plan compares each of them. */
const parsed = new Map<string, Version | undefined>();
const MAX_PARSED = 1_000;

/** Undefined where the text is not one to five numbers (of at most nine digits) with dots between. */
export function parseVersion(text: string): Version | undefined {
  if (parsed.has(text)) return parsed.get(text);
  const parts = parseParts(text.trim());
  const version = parts && { text: text.trim(), parts };
  if (parsed.size >= MAX_PARSED) parsed.clear();
  parsed.set(text, version);
  return version;
}

/** Negative when `a` is older than `b`, 0 when they are the same. */
export function compareVersions(a: Version, b: Version): number {
  return compareParts(a.parts, b.parts, MAX_PARTS);
}

/** The same without the last number: it counts builds of agent, relay and server apart from each other, and says nothing about which is newer. */
export function compareReleases(a: Version, b: Version): number {
  return compareParts(a.parts, b.parts, MAX_PARTS - 1);
}

/** Whether the version is below; undefined where it is not told. */
export function isBelow(version: string | null | undefined, limit: string): boolean | undefined {
  const [mine, theirs] = [parseVersion(version ?? ""), parseVersion(limit)];
  return mine && theirs && compareVersions(mine, theirs) < 0;
}

/** Whether the release is below, whatever the builds; undefined where one of them is not told. */
export function isBehind(version: string | null | undefined, limit: string | null | undefined): boolean | undefined {
  const [mine, theirs] = [parseVersion(version ?? ""), parseVersion(limit ?? "")];
  return mine && theirs && compareReleases(mine, theirs) < 0;
}

/** A version that is written in a table of ours. */
export function known(text: string): Version {
  const version = parseVersion(text);
  if (!version) throw new Error(`${text} is no version.`);
  return version;
}

export interface VersionRange {
  readonly text: string;
  includes(version: Version): boolean;
}

/** A rule's range is compared with each agent of a fleet. */
const ranges = new Map<string, VersionRange | undefined>();

/**
 * A range of versions. What semver can say (up to three parts, with `~`, `^`, `-`, `||`) means what semver says of the first
 * three numbers; with four or five parts there are `=`, `<`, `<=`, `>`, `>=`, space for "and", `||` for "or". A part that
 * is left out matches anything, as in semver: `<=7.1` includes 7.1.2. Undefined where the text is no range.
 */
export function parseRange(text: string): VersionRange | undefined {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed.length > 256) return undefined;
  if (ranges.has(trimmed)) return ranges.get(trimmed);
  const range = isLong(trimmed) ? parseLongRange(trimmed) : parseSemverRange(trimmed);
  if (ranges.size >= MAX_PARSED) ranges.clear();
  ranges.set(trimmed, range);
  return range;
}

function parseSemverRange(text: string): VersionRange | undefined {
  let range: Range;
  try {
    range = new Range(text);
  } catch {
    return undefined;
  }
  const includes = onceFor(({ parts }: Version) =>
    range.test(new SemVer([0, 1, 2].map((i) => parts[i] ?? 0).join("."))),
  );
  return { text, includes };
}

function parseLongRange(text: string): VersionRange | undefined {
  const alternatives = text.split("||").map((part) => parseComparators(part.trim()));
  if (alternatives.some((comparators) => comparators === undefined)) return undefined;
  return {
    text,
    includes: ({ parts }) =>
      alternatives.some((comparators) => comparators?.every((comparator) => holds(comparator, parts))),
  };
}

interface Comparator {
  readonly operator: string;
  readonly parts: readonly number[];
}

function parseComparators(text: string): readonly Comparator[] | undefined {
  if (text === "") return undefined;
  const comparators: Comparator[] = [];
  for (const word of text.replace(/([<>=])\s+/g, "$1").split(/\s+/)) {
    const match = /^(<=|>=|<|>|=)?([\d.]+)$/.exec(word);
    const parts = parseParts(match?.[2] ?? "");
    if (!parts) return undefined;
    comparators.push({ operator: match?.[1] ?? "=", parts });
  }
  return comparators;
}

/** Only as many numbers are compared as the range wrote down: that is what makes `<=7.1.2.3` include 7.1.2.3.99. */
function holds({ operator, parts }: Comparator, version: readonly number[]): boolean {
  const order = compareParts(version, parts, parts.length);
  if (operator === "<") return order < 0;
  if (operator === "<=") return order <= 0;
  if (operator === ">") return order > 0;
  if (operator === ">=") return order >= 0;
  return order === 0;
}

function isLong(range: string): boolean {
  return /\d+(\.\d+){3,}/.test(range);
}

function parseParts(text: string): readonly number[] | undefined {
  if (!/^\d{1,9}(\.\d{1,9}){0,4}$/.test(text)) return undefined;
  return text.split(".").map(Number);
}

function compareParts(a: readonly number[], b: readonly number[], count: number): number {
  for (let i = 0; i < count; i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
