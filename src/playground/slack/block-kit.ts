import type { Block } from "./workspace.ts";

type Shape = Readonly<Record<string, unknown>>;

/** What Slack would refuse in these blocks, as pointers; empty = they are fine. Source: Slack's Block Kit limits. */
export function problemsOf(blocks: readonly Block[]): readonly string[] {
  const problems: string[] = [];
  const check = (fine: boolean, pointer: string, what: string) => {
    if (!fine) problems.push(`[ERROR] ${what} [json-pointer:${pointer}]`);
  };
  check(blocks.length <= 50, "/blocks", "no more than 50 items allowed");
  const actionIds = new Set<string>();
  blocks.forEach((block, i) => {
    const at = `/blocks/${i}`;
    if (block.type === "header")
      check(lengthOf(block.text) >= 1 && lengthOf(block.text) <= 150, `${at}/text`, "must be 1 to 150 characters");
    if (block.type === "section")
      check(lengthOf(block.text) >= 1 && lengthOf(block.text) <= 3000, `${at}/text`, "must be 1 to 3000 characters");
    const elements = Array.isArray(block.elements) ? (block.elements as readonly Shape[]) : [];
    if (block.type === "context")
      check(elements.length >= 1 && elements.length <= 10, `${at}/elements`, "1 to 10 items allowed");
    if (block.type === "actions")
      check(elements.length >= 1 && elements.length <= 25, `${at}/elements`, "1 to 25 items allowed");
    elements.forEach((element, n) => {
      if (element.type !== "button") return;
      const place = `${at}/elements/${n}`;
      const id = String(element.action_id ?? "");
      check(lengthOf(element.text) >= 1 && lengthOf(element.text) <= 75, `${place}/text`, "must be 1 to 75 characters");
      check(String(element.value ?? "").length <= 2000, `${place}/value`, "no more than 2000 characters");
      check(id.length <= 255 && !actionIds.has(id), `${place}/action_id`, "must be unique and 255 characters at most");
      actionIds.add(id);
      const confirm = element.confirm as Shape | undefined;
      if (!confirm) return;
      check(lengthOf(confirm.title) <= 100, `${place}/confirm/title`, "no more than 100 characters");
      check(lengthOf(confirm.text) <= 300, `${place}/confirm/text`, "no more than 300 characters");
      check(
        lengthOf(confirm.confirm) <= 30 && lengthOf(confirm.deny) <= 30,
        `${place}/confirm`,
        "no more than 30 characters",
      );
    });
  });
  return problems;
}

function lengthOf(text: unknown): number {
  return typeof text === "object" && text !== null && "text" in text ? String(text.text).length : 0;
}

export interface ShownButton {
  readonly label: string;
  readonly action_id: string;
  readonly block_id: string;
  readonly value: string;
  readonly confirm: unknown;
}

export function buttonsOf(blocks: readonly Block[]): readonly ShownButton[] {
  return blocks.flatMap((block, i) =>
    (block.type === "actions" && Array.isArray(block.elements) ? (block.elements as readonly Shape[]) : []).map(
      (element) => ({
        label: String((element.text as Shape | undefined)?.text ?? ""),
        action_id: String(element.action_id ?? ""),
        block_id: String(block.block_id ?? `b${i}`),
        value: String(element.value ?? ""),
        confirm: element.confirm,
      }),
    ),
  );
}

/** A message as plain text, as a person would read it. */
export function renderText(message: { readonly text: string; readonly blocks: readonly Block[] }): string {
  if (message.blocks.length === 0) return decode(message.text);
  const lines = message.blocks.map((block) => {
    if (block.type === "divider") return "———";
    if (block.type === "actions")
      return buttonsOf([block])
        .map((button) => `[${button.label}]${button.confirm ? "?" : ""}`)
        .join(" ");
    if (block.type === "context")
      return (block.elements as readonly Shape[]).map((element) => decode(String(element.text))).join(" ");
    const shown = decode(String((block.text as Shape | undefined)?.text ?? ""));
    return block.type === "header" ? `# ${shown}` : shown;
  });
  return lines.join("\n");
}

function decode(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
