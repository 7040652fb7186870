import type { Block } from "./entities.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
let made = 0;

/** Blocks as Slack keeps them: one without an id gets one. */
export function withBlockIds(blocks: readonly Block[]): readonly Block[] {
  return blocks.map((block) => (block.block_id === undefined ? { ...block, block_id: newId() } : block));
}

/** Five letters and digits, never the same twice in one process. */
function newId(): string {
  made += 1;
  let id = "";
  for (let rest = made * 7_919 + 14_776_336; id.length < 5; rest = Math.floor(rest / LETTERS.length))
    id += LETTERS[rest % LETTERS.length];
  return id;
}
