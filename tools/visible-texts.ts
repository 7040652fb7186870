import { readdirSync, readFileSync } from "node:fs";
import { parseSync } from "oxc-parser";

/** A text in the source that a person may read, with `…` in place of what is only known when it runs. */
export interface VisibleText {
  readonly place: string;
  readonly text: string;
}

type Node = { readonly type: string; readonly start: number; readonly [key: string]: unknown };

/** Where a single word is shown too: a button, a title, a heading of a group. */
const SHOWN = ["label", "title", "yes", "no", "submit", "hint", "placeholder", "group", "summary", "bold", "text"];
/** What is compared, imported or only a type is not shown. */
const HIDDEN = /^(TS(?!AsExpression|SatisfiesExpression|NonNullExpression)|Import|Export(All|Specifier))/;

/** Every text in these files that has two words, or stands where one word is shown. */
export function visibleTexts(folders: readonly string[]): readonly VisibleText[] {
  return folders.flatMap(filesIn).flatMap((file) => textsOf(file, readFileSync(file, "utf8")));
}

export function textsOf(file: string, source: string): readonly VisibleText[] {
  const found: VisibleText[] = [];
  const lineOf = (at: number) => source.slice(0, at).split("\n").length;
  const add = (node: Node, text: string, shown: boolean) => {
    if (/\p{L}\S*\s.*\p{L}/su.test(text) || (shown && /\p{L}/u.test(text)))
      found.push({ place: `${file}:${lineOf(node.start)}`, text: text.trim() });
  };

  function visit(node: Node, shown: boolean): void {
    if (HIDDEN.test(node.type)) return;
    const text = textOf(node);
    if (text !== undefined) add(node, text, shown);
    for (const [key, child] of childrenOf(node)) {
      // Its pieces are in the text already.
      if (text !== undefined && textOf(child) !== undefined) visitPieces(child);
      else visit(child, isShown(node, key) || (shown && node.type === "ConditionalExpression" && key !== "test"));
    }
  }

  /** What is inside a text's pieces, without the pieces. */
  function visitPieces(node: Node): void {
    for (const [, child] of childrenOf(node)) {
      if (textOf(child) !== undefined && node.type === "BinaryExpression") visitPieces(child);
      else visit(child, false);
    }
  }

  visit(parseSync(file, source).program as unknown as Node, false);
  return found;
}

function isShown(node: Node, key: string): boolean {
  return node.type === "Property" && key === "value" && SHOWN.includes(keyName(node));
}

/** The text that a node makes, if it makes one. */
function textOf(node: Node): string | undefined {
  if (node.type === "Literal") return typeof node.value === "string" ? node.value : undefined;
  if (node.type === "TemplateLiteral")
    return (node.quasis as readonly { readonly value: { readonly cooked: string } }[])
      .map(({ value }) => value.cooked)
      .join("…");
  if (node.type === "BinaryExpression" && node.operator === "+") return joined([node.left, node.right] as Node[]);
  if (node.type === "ArrayExpression") return joined(node.elements as Node[]);
  return undefined;
}

function joined(nodes: readonly (Node | null)[]): string | undefined {
  const texts = nodes.map((node) => (node && node.type !== "ArrayExpression" ? textOf(node) : undefined));
  // A list of words that are not joined has no blanks at their ends.
  const isSentence = texts.some((text) => text !== undefined && /^[ ,.:;)]|[ (]$/.test(text));
  return isSentence ? texts.map((text) => text ?? "…").join("") : undefined;
}

function* childrenOf(node: Node): Generator<readonly [key: string, child: Node]> {
  for (const [key, value] of Object.entries(node)) {
    if (node.type === "Property" && key === "key") continue;
    for (const child of Array.isArray(value) ? value : [value])
      if (typeof child === "object" && child !== null && "type" in child) yield [key, child as Node];
  }
}

function keyName(node: Node): string {
  const key = node.key as { readonly name?: string; readonly value?: string };
  return key.name ?? key.value ?? "";
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name}`)
    .sort();
}
