import type { Block } from "./workspace.ts";

type Shape = Readonly<Record<string, unknown>>;

/** What Slack would refuse in these blocks, as pointers; empty = they are fine. Source: Slack's Block Kit limits. */
export function problemsOf(blocks: readonly Block[], most = 50): readonly string[] {
  const problems: string[] = [];
  const check = checker(problems);
  check(blocks.length <= most, "/blocks", `no more than ${most} items allowed`);
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

type Check = (fine: boolean, pointer: string, what: string) => void;

function checker(problems: string[]): Check {
  return (fine, pointer, what) => {
    if (!fine) problems.push(`[ERROR] ${what} [json-pointer:${pointer}]`);
  };
}

/** What Slack would refuse in a modal. Source: Slack's reference of views and of input elements. */
export function viewProblemsOf(view: Shape): readonly string[] {
  const blocks = Array.isArray(view.blocks) ? (view.blocks as readonly Block[]) : [];
  const problems = [...problemsOf(blocks, 100)];
  const check = checker(problems);
  check(view.type === "modal", "/type", "must be modal");
  check(lengthOf(view.title) >= 1 && lengthOf(view.title) <= 24, "/title", "must be 1 to 24 characters");
  check(lengthOf(view.submit) <= 24 && lengthOf(view.close) <= 24, "/submit", "no more than 24 characters");
  check(String(view.private_metadata ?? "").length <= 3000, "/private_metadata", "no more than 3000 characters");
  check(String(view.callback_id ?? "").length <= 255, "/callback_id", "no more than 255 characters");
  blocks.forEach((block, i) => {
    if (block.type !== "input") return;
    const at = `/blocks/${i}`;
    const element = (block.element ?? {}) as Shape;
    check(view.submit !== undefined, "/submit", "must be there where there is an input");
    check(lengthOf(block.label) >= 1 && lengthOf(block.label) <= 2000, `${at}/label`, "must be 1 to 2000 characters");
    check(lengthOf(element.placeholder) <= 150, `${at}/element/placeholder`, "no more than 150 characters");
    check(
      String(element.initial_value ?? "").length <= 3000,
      `${at}/element/initial_value`,
      "no more than 3000 characters",
    );
    problems.push(...optionProblemsOf(element.initial_options, `${at}/element/initial_options`));
  });
  return problems;
}

/** What Slack would refuse in the options of a select. */
export function optionProblemsOf(options: unknown, at: string): readonly string[] {
  const problems: string[] = [];
  const check = checker(problems);
  if (!Array.isArray(options)) return problems;
  check(options.length >= 1 && options.length <= 100, at, "1 to 100 items allowed");
  for (const [i, option] of (options as readonly Shape[]).entries()) {
    check(lengthOf(option.text) >= 1 && lengthOf(option.text) <= 75, `${at}/${i}/text`, "must be 1 to 75 characters");
    const length = String(option.value ?? "").length;
    check(length >= 1 && length <= 150, `${at}/${i}/value`, "must be 1 to 150 characters");
  }
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
