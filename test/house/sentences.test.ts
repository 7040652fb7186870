import { readdirSync, readFileSync } from "node:fs";
import { parseSync } from "oxc-parser";
import { describe, expect, test } from "vitest";
import { textsOf } from "../../tools/visible-texts.ts";

/** What decides answers in codes: src/phrases, gates' phrases and features' views word them. */
const DECIDES = /^src\/(model\/|features\/[^/]+\/decide-)/;
const EXEMPT: readonly (readonly [file: string, why: string])[] = [["src/model/guide/host.ts", "commands for a shell"]];

/** Four words, or an end: what is stored in two or three words, such as `over the limit`, is a name. */
function isSentence(text: string): boolean {
  return (text.match(/\S+/g) ?? []).length >= 4 || /\s.*[.!?]$/s.test(text);
}

function sentencesIn(file: string, source: string): readonly string[] {
  return textsOf(file, source).flatMap(({ place, text }) => (isSentence(text) ? [`${place}: ${text}`] : []));
}

type Node = { readonly type: string; readonly start: number; readonly end: number; readonly [key: string]: unknown };

/** The same in what a gate decides by: its `blocks`, and the functions of its file that it calls. */
function sentencesInChecks(file: string, source: string): readonly string[] {
  const nodes = nodesOf(parseSync(file, source).program as unknown as Node);
  const checks = nodes.filter(({ type, key }) => type === "Property" && (key as Node).name === "blocks");
  const functions = new Map(
    nodes.flatMap((node) => (node.type === "FunctionDeclaration" ? [[String((node.id as Node).name), node]] : [])),
  );
  const reached = new Set(checks);
  for (const node of reached)
    for (const { type, name } of nodesOf(node)) {
      const called = type === "Identifier" ? functions.get(String(name)) : undefined;
      if (called) reached.add(called);
    }
  return [...reached].flatMap(({ start, end }) => {
    // As an initial value it parses alone, and its lines keep their numbers.
    const before = source.slice(0, start).replace(/[^\n]/g, "");
    const text = source.slice(start, end);
    return sentencesIn(file, `${before}${/^(async )?function/.test(text) ? text : `const x = { ${text} };`}`);
  });
}

function nodesOf(node: Node): readonly Node[] {
  const children = Object.values(node)
    .flat()
    .filter((child): child is Node => typeof child === "object" && child !== null && "type" in child);
  return [node, ...children.flatMap(nodesOf)];
}

const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => [`src/${file}`, readFileSync(`src/${file}`, "utf8")] as const);

describe("what decides makes no sentence for people", () => {
  const deciding = sources.filter(([file]) => DECIDES.test(file) && !EXEMPT.some(([name]) => file.startsWith(name)));
  const gates = sources.filter(([file, source]) => file.startsWith("src/gates/") && /\bblocks[(:]/.test(source));

  test("in the model and in features' decisions", () => {
    expect(deciding.length).toBeGreaterThan(60);
    expect(deciding.flatMap(([file, source]) => sentencesIn(file, source))).toEqual([]);
  });

  test("in the check of a gate, which words its codes in its phrase alone", () => {
    expect(gates.length).toBeGreaterThan(45);
    expect(gates.flatMap(([file, source]) => sentencesInChecks(file, source))).toEqual([]);
  });

  test("and what is exempt still has some", () => {
    for (const [name] of EXEMPT) {
      const exempt = sources.filter(([file]) => file.startsWith(name));
      expect(exempt.flatMap(([file, source]) => sentencesIn(file, source)).length).toBeGreaterThan(0);
    }
  });
});

describe("a sentence is found", () => {
  test.each([
    ['const x = { refusal: "A denial requires a reason." };', 1],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source of a template
    ["const x = `You approved ${id} already.`;", 1],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the source of a template
    ["const x = `${id} is theirs already`;", 1],
    ['const x = "is deactivated in Slack";', 1],
    ['const x = "over the limit"; const y = { code: "not-waiting" };', 0],
    ["// A comment is not read.", 0],
  ])("%s", (source, n) => {
    expect(sentencesIn("src/model/x.ts", source)).toHaveLength(n);
  });

  test.each([
    ['const gate = { blocks() { return { params: { why: "It waits for nothing." } }; } };', 1],
    [
      'const gate = { blocks: () => words() };\nfunction words() { return deep(); }\nfunction deep() { return "It waits for nothing."; }',
      1,
    ],
    ['const gate = { blocks: () => undefined, phrase: () => ["It waits for nothing."] };', 0],
  ])("in a gate: %s", (source, n) => {
    expect(sentencesInChecks("src/gates/x.ts", source)).toHaveLength(n);
  });
});
