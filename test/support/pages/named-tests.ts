import { existsSync, readFileSync } from "node:fs";

export interface NamedTest {
  readonly file: string;
  /** How its title begins; empty = the whole file is meant. */
  readonly title: string;
}

/** The tests that a cell names: `e2e/ten`: several people; `app/time`. */
export function namedTests(cell: string): readonly NamedTest[] {
  return [...cell.matchAll(/`([\w./-]+)`(?:: ([^;]+))?/g)].map(([, name, title = ""]) => ({
    file: `test/${name}.test.ts`,
    title: title.trim(),
  }));
}

/** Whether there is such a test, or such a group of tests: a string that is an argument and begins so. */
export function isThere({ file, title }: NamedTest): boolean {
  if (!existsSync(file)) return false;
  const quoted = JSON.stringify(title)
    .slice(0, -1)
    .replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return title === "" || new RegExp(`\\(\\s*${quoted}`).test(readFileSync(file, "utf8"));
}
