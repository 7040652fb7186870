import { readdirSync, readFileSync } from "node:fs";

export interface Line {
  /** As an editor finds it: `docs/faults.md:12`. */
  readonly place: string;
  readonly text: string;
  /** Whether it is in a code block. */
  readonly code: boolean;
}

export interface Document {
  readonly file: string;
  readonly lines: readonly Line[];
}

/** The documents of the root, and everything in docs. */
export function readDocuments(): readonly Document[] {
  const inDocs = readdirSync("docs", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".md"));
  return [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    ...inDocs.map((name) => `docs/${name}`).sort(),
  ].map((file) => ({
    file,
    lines: linesOf(file, readFileSync(file, "utf8")),
  }));
}

export function linesOf(file: string, text: string): readonly Line[] {
  let inBlock = false;
  return text.split("\n").map((line, i) => {
    const fence = /^\s*```/.test(line);
    if (fence) inBlock = !inBlock;
    return { place: `${file}:${i + 1}`, text: line, code: inBlock || fence };
  });
}

/** The anchors of a document's headings, as GitHub makes them. */
export function anchorsOf({ lines }: Document): readonly string[] {
  return lines.flatMap(({ text, code }) => {
    const heading = code ? undefined : /^#{1,6} (.+)$/.exec(text)?.[1];
    return heading === undefined ? [] : [anchor(heading)];
  });
}

/** A heading as GitHub links to it. */
export function anchor(heading: string): string {
  const kept = heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "");
  return kept.trim().replaceAll(" ", "-");
}

/** The words of each command that a document names in code, after what `start` matches. */
export function commandsIn(
  { lines }: Pick<Document, "lines">,
  start: RegExp,
): readonly (readonly [string, readonly string[]])[] {
  return lines.flatMap(({ place, text, code }) => {
    const pieces = code ? [text] : [...text.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span);
    return pieces.flatMap((piece) => {
      const found = start.exec(piece);
      if (!found) return [];
      // In a help text, what follows two blanks explains the command.
      const [said = ""] = piece.slice(found.index + found[0].length).split(/ {2,}/);
      return [[place, said.split(" ").filter((word) => word !== "")] as const];
    });
  });
}

/** The names of the flags among words: `--at=22:30` is `at`. */
export function flagsIn(words: readonly string[]): readonly string[] {
  return words.flatMap((word) => /^\[?--([a-z-]+)/.exec(word)?.[1] ?? []);
}

/** A line without its code, its links' targets, the tests that a table names, and what makes it a list item; empty in a code block. */
export function proseOf({ text, code }: Line): string {
  if (code) return "";
  const item = text.replace(/^\s*(?:[-*]|\d+\.) /, "").replace(/\| `[\w./-]+\/[\w./-]+`[^|]*\|$/, "|");
  return item.replaceAll(/`[^`]*`/g, "`").replaceAll(/\]\([^)]*\)/g, "]");
}
