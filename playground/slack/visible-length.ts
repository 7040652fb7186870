import { shapeOf } from "./checks.ts";
import type { Block } from "./workspace.ts";

/** Keys of what people never read: what a button carries, where it leads. */
const UNSEEN = new Set(["type", "value", "url", "action_id", "block_id", "alt_text", "confirm", "image_url"]);

/** How many characters people see in all blocks of a message together. Markdown blocks have a documented limit of their own. */
export function visibleLength(blocks: readonly Block[]): number {
  return blocks.reduce((sum, block) => sum + (block.type === "markdown" ? 0 : lengthOf(block)), 0);
}

function lengthOf(value: unknown): number {
  if (typeof value === "string") return shown(value).length;
  if (Array.isArray(value)) return value.reduce((sum: number, item: unknown) => sum + lengthOf(item), 0);
  return Object.entries(shapeOf(value)).reduce((sum, [key, part]) => sum + (UNSEEN.has(key) ? 0 : lengthOf(part)), 0);
}

/** A link shows its label; an escaped character is one. */
function shown(text: string): string {
  return text.replace(/<[^<>|]*\|([^<>]*)>/g, "$1").replace(/&(?:amp|lt|gt);/g, "&");
}
