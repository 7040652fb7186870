import type { Block } from "./workspace.ts";

type Shape = Readonly<Record<string, unknown>>;

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
export function renderText(message: {
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly files?: readonly { readonly name: string }[];
}): string {
  const files = (message.files ?? []).map(({ name }) => `(file ${name})`).join(" ");
  if (message.blocks.length === 0) return [decode(message.text), files].filter((part) => part !== "").join("\n");
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

const DATE = /<!date\^[^|>]*\|([^>]*)>/g;

/** Dates are shown as their fallback, which names UTC. */
function decode(text: string): string {
  return text.replace(DATE, "$1").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
