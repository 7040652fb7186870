import { UserError } from "./user-error.ts";

/** Characters that cannot be seen: they come along when names are copied from web pages, tickets and chats. */
const INVISIBLE = /[\u00ad\u200b\u2060\ufeff]/gu;
/** Hyphens that look like the one on the keyboard. */
const HYPHENS = /[\u2010\u2011]/gu;
/** A hyphen, and the dashes that editors and fonts put in its place. */
const DASHES = /[\u2010-\u2015\u2212]/gu;

/** Text without what no person types: characters that cannot be seen are gone, and a hyphen is the one on the keyboard. */
export function plainText(text: string): string {
  return text.replace(INVISIBLE, "").replace(HYPHENS, "-");
}

/** What two names have in common that a person takes for the same: upper and lower case, kinds of hyphens, what cannot be seen. */
export function foldName(name: string): string {
  const lower = name.toLowerCase();
  if (isAscii(lower)) return lower;
  return lower.normalize("NFC").replace(INVISIBLE, "").replace(DASHES, "-").replace(/\s/gu, " ");
}

export function sameName(a: string, b: string): boolean {
  return foldName(a) === foldName(b);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

const OPENING = "\"'“”„«‘’`";
const MAX_LENGTH = 3_000;
/** Stands before a comma that separates nothing and a dash that begins no option, because they were quoted. What is typed of it is dropped. */
const LITERAL = "\ue000";

/**
 * Splits what a person typed into words. Quotes keep words together, also the curly ones that editors make of straight ones and the
 * back-ticks of code; a dash that a phone made of `--` before a word is `--` again. What was quoted is marked as such, for `parseArguments`.
 */
export function splitWords(text: string): readonly string[] {
  if (text.length > MAX_LENGTH)
    throw new UserError(
      "text-too-long",
      `That is ${text.length} characters long (limit ${MAX_LENGTH}). Use a glob, for example web-*.`,
    );
  const { words, open } = read(prepared(text), true);
  if (open !== undefined)
    throw new UserError("open-quote", `A quote (${open}) was opened and not closed. Example: --reason "patch night".`);
  return words;
}

/** What a shell has made one word already, read like a word that is typed in Slack. */
export function readWord(text: string): string {
  const { words, open } = read(prepared(text).trim(), false);
  return open === undefined ? (words[0] ?? "") : literal(text);
}

/** The parts of a list: `a,b, "c,d"` is three. */
export function splitList(word: string): readonly string[] {
  return word
    .split(/(?<!\ue000),/)
    .map((part) => plainWord(part).trim())
    .filter((part) => part !== "");
}

/** Whether the list goes on in the next word. */
export function endsOpen(word: string): boolean {
  return /(^|[^\ue000]),$/.test(word);
}

/** A name as a word that means itself, whatever is in it. */
export function literal(name: string): string {
  return `${isDash(name[0]) ? LITERAL : ""}${name.replaceAll(",", `${LITERAL},`)}`;
}

/** The word without its marks. */
export function plainWord(word: string): string {
  return word.replaceAll(LITERAL, "");
}

/** Words as a person would type them. */
export function typedText(words: readonly string[]): string {
  return words.map(quotedWord).join(" ");
}

function quotedWord(word: string): string {
  const [, flag, value] = /^(--[a-z-]+)=(.*)$/s.exec(word) ?? [];
  const part = value ?? word;
  const plain = plainWord(part);
  const quoted = plain === "" || plain !== part || /[\s"]/u.test(plain) ? `"${plain}"` : plain;
  return flag === undefined ? quoted : `${flag} ${quoted}`;
}

function prepared(text: string): string {
  const plain = plainText(text)
    .replace(/[^\P{Cc}\s]|\ue000/gu, "")
    .replaceAll("```", " ");
  // A back-tick that has no other belongs to nothing.
  const ticks = plain.split("`").length - 1;
  return ticks % 2 === 0 ? plain : plain.replace(/`(?=[^`]*$)/, "");
}

function read(
  text: string,
  atSpaces: boolean,
): { readonly words: readonly string[]; readonly open: string | undefined } {
  const words: string[] = [];
  let word = "";
  let quote: string | undefined;
  /** Where the quoted part of the word began. */
  let from = 0;
  /** Whether there is a word, be it empty. */
  let begun = false;
  function end(): void {
    if (begun) words.push(straightenDash(word));
    word = "";
    begun = false;
  }
  for (const character of text) {
    if (quote !== undefined) {
      if (closes(quote, character)) {
        if (isDash(word[from])) word = `${word.slice(0, from)}${LITERAL}${word.slice(from)}`;
        quote = undefined;
      } else word += character === "," ? `${LITERAL},` : character;
    } else if (OPENING.includes(character) && (word === "" || /=$/.test(word) || endsOpen(word))) {
      quote = character;
      from = word.length;
      begun = true;
    } else if (atSpaces && /\s/u.test(character)) end();
    else {
      word += character;
      begun = true;
    }
  }
  end();
  return { words, open: quote };
}

function closes(quote: string, character: string): boolean {
  const single = "'‘’";
  if (quote === "`") return character === "`";
  return single.includes(quote)
    ? single.includes(character)
    : !single.includes(character) && character !== "`" && (OPENING.includes(character) || character === "»");
}

function straightenDash(word: string): string {
  return word.replace(/^(?:[\u2012-\u2015\u2212]|[-\u2012-\u2015\u2212]{2})(?=[a-zA-Z])/u, "--");
}

function isDash(character: string | undefined): boolean {
  return character !== undefined && /[-\u2012-\u2015\u2212]/u.test(character);
}
