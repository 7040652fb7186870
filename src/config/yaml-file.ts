import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument, visit, type YAMLMap } from "yaml";
import type { Problem } from "./problem.ts";
import { syntaxSentence } from "./syntax-sentence.ts";

/** A YAML text that knows on which line each of its values is. */
export interface YamlFile {
  /** Undefined if the text is not YAML; null if nothing is in it. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  where(path: readonly PropertyKey[]): string;
}

export function readYaml(name: string, text: string): YamlFile {
  const lines = new LineCounter();
  // Keys that are written twice are found below, where both lines are known and the rest of the file can still be checked.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: "error",
  });
  const line = (offset: number) => lines.linePos(offset).line;

  /** The nearest value above the path that is in the file: what is missing has no line of its own. */
  function lineOf(path: readonly PropertyKey[]): number {
    for (let length = path.length; length > 0; length -= 1) {
      const start = startOf(document, path.slice(0, length));
      if (start !== undefined) return line(start);
    }
    return 1;
  }
  const where = (path: readonly PropertyKey[]) =>
    `${name}:${lineOf(path)}${path.length > 0 ? `, ${path.map(String).join(".")}` : ""}`;

  const broken = firstError(document);
  if (broken) {
    const what = `${syntaxSentence(broken.code, text.charAt(broken.offset))} The rest is checked once Drydock can read this line.`;
    return { value: undefined, problems: [{ where: `${name}:${line(broken.offset)}`, what }], where };
  }
  try {
    return { value: document.toJS({ maxAliasCount: 100 }), problems: repeated(document, name, line), where };
  } catch {
    const what = "the file repeats itself too often by its aliases (*name). Write the settings out instead.";
    return { value: undefined, problems: [{ where: name, what }], where };
  }
}

/** Where the setting's name begins, or a list's item. */
function startOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  const key = path.at(-1);
  const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
  if (isMap(parent)) {
    const name = parent.items.find((pair) => nameOf(pair.key) === String(key))?.key;
    return isNode(name) ? name.range?.[0] : undefined;
  }
  const item = document.getIn(path, true);
  return isNode(item) ? item.range?.[0] : undefined;
}

function nameOf(key: unknown): string | undefined {
  return isScalar(key) ? String(key.value) : undefined;
}

/** Settings of one place with the same name. */
function repeated(document: Document, name: string, line: (offset: number) => number): readonly Problem[] {
  const problems: Problem[] = [];
  function look(node: unknown, path: readonly string[]): void {
    if (isMap(node)) problems.push(...twice(node, path));
    const items = typeof node === "object" && node !== null && "items" in node ? node.items : [];
    for (const [i, item] of Array.isArray(items) ? items.entries() : [])
      if (isMap(node)) look(item.value, [...path, nameOf(item.key) ?? "?"]);
      else look(item, [...path, String(i)]);
  }
  function twice(map: YAMLMap, path: readonly string[]): readonly Problem[] {
    const places = new Map<string, number[]>();
    for (const { key } of map.items) {
      const written = nameOf(key);
      if (written === undefined || !isNode(key)) continue;
      places.set(written, [...(places.get(written) ?? []), line(key.range?.[0] ?? 0)]);
    }
    return [...places].flatMap(([key, at]): Problem[] => {
      const last = at.at(-1);
      if (at.length < 2) return [];
      const times = at.length === 2 ? "twice" : `${at.length} times`;
      const on = `on lines ${at.slice(0, -1).join(", ")} and ${last}`;
      return [
        {
          where: `${name}:${last}, ${[...path, key].join(".")}`,
          what: `${key} is written ${times}, ${on}. Keep one of them.`,
        },
      ];
    });
  }
  look(document.contents, []);
  return problems;
}

interface Broken {
  readonly code: string;
  readonly offset: number;
}

/** One mistake breaks the lines after it too, so only the first is certain. */
function firstError(document: Document): Broken | undefined {
  const [error] = document.errors;
  if (!error) return strayNode(document);
  const at = { code: error.code as string, offset: error.pos[0] };
  // A quote that stays open swallows the rest of the file: where it opens is of use, not where the file ends.
  visit(document, {
    Scalar(_key, { type, range }) {
      if (error.code === "MISSING_CHAR" && type?.startsWith("QUOTE") && range && range[1] >= error.pos[0])
        at.offset = range[0];
    },
  });
  return at;
}

/** Where an alias begins that names no anchor, or a name that is a list or a map: both are texts that need quotes, such as *-db. */
function strayNode(document: Document): Broken | undefined {
  let offset: number | undefined;
  visit(document, {
    Alias(_key, node) {
      if (node.resolve(document)) return undefined;
      offset = node.range?.[0] ?? 0;
      return visit.BREAK;
    },
    Pair(_key, { key }) {
      if (!isNode(key) || isScalar(key)) return undefined;
      offset = key.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset === undefined ? undefined : { code: "BAD_SCALAR_START", offset };
}
