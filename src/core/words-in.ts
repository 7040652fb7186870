import { plainText } from "./typed-text.ts";

const CODE = /```([\s\S]*?)```|`([^`\n]+)`/g;
/** What may stand before and after a name in a sentence. */
const AROUND = /^[\s"'“”„«»‘’*_~()[\]{}<>,;:!?|`]+|[\s"'“”„«»‘’*_~()[\]{}<>,;:!?|`.…]+$/gu;
const MAX_WORDS = 2_000;

/** A piece of a message that may be a name. */
export interface MessageWord {
  readonly text: string;
  /** It looks like a name of a machine, more than like a word of a sentence. */
  readonly isNameLike: boolean;
}

/** The words of a message, each once: what is written as code, as a whole and in its parts, and everything else by its spaces. */
export function wordsIn(message: string): readonly MessageWord[] {
  const text = plainText(message);
  const coded = [...text.matchAll(CODE)].flatMap(([, block, span]) => (block ?? span ?? "").split("\n"));
  const words = new Map<string, MessageWord>();
  function add(raw: string, isCode: boolean): void {
    const word = raw.replace(AROUND, "");
    if (word === "" || words.has(word) || words.size >= MAX_WORDS) return;
    words.set(word, { text: word, isNameLike: isCode || (/\d/.test(word) && /\p{L}/u.test(word)) });
  }
  for (const code of coded) add(code, true);
  for (const word of text.split(/[\s,;`|]+/)) add(word, false);
  return [...words.values()];
}
