import { UserError } from "./user-error.ts";

const OPENING = "\"'“”„«‘’";
const LONGEST = 3_000;

/**
 * Splits what a person typed into words. Quotes keep words together, also the curly ones that editors make of straight ones;
 * a dash that a phone made of `--` before a word is `--` again.
 */
export function splitWords(text: string): readonly string[] {
  if (text.length > LONGEST)
    throw new UserError(
      "text-too-long",
      `That is ${text.length} characters long; Drydock takes ${LONGEST} at most. Use a glob, for example web-*.`,
    );
  const words: string[] = [];
  let word = "";
  let quote: string | undefined;
  let open = false;
  for (const character of text) {
    if (quote !== undefined) {
      if (closes(quote, character)) quote = undefined;
      else word += character;
    } else if (OPENING.includes(character) && (word === "" || word.endsWith("="))) {
      quote = character;
      open = true;
    } else if (/\s/u.test(character)) {
      if (word !== "" || open) words.push(word);
      word = "";
      open = false;
    } else {
      word += character;
    }
  }
  if (quote !== undefined)
    throw new UserError("open-quote", `A quote (${quote}) was opened and not closed. Example: --reason "patch night".`);
  if (word !== "" || open) words.push(word);
  return words.map(straightenDash);
}

function closes(quote: string, character: string): boolean {
  const single = "'‘’";
  return single.includes(quote)
    ? single.includes(character)
    : !single.includes(character) && (OPENING.includes(character) || character === "»");
}

function straightenDash(word: string): string {
  return word.replace(/^[—–](?=[a-zA-Z])/u, "--");
}
