import { nearest } from "../core/nearest.ts";
import { endsOpen, literal, plainWord, splitList, typedText } from "../core/typed-text.ts";
import { UserError } from "../core/user-error.ts";
import { timeWords } from "../core/when.ts";
import { checkPositional } from "./check-positional.ts";
import { valueWords } from "./value-words.ts";

/** What a command takes, as data: help and usage hints are derived from it. */
export interface FlagSpec {
  /** What stands for the value in the usage, e.g. `NAME`; nothing for a switch. */
  readonly hint: string;
  readonly summary: string;
  /** A switch takes no value; a list takes `a, b, c` and may be given several times; a time takes several words. */
  readonly kind: "text" | "list" | "time" | "number" | "switch";
}

interface Positional {
  readonly hint: string;
  readonly required: boolean;
  readonly many: boolean;
  /** Whether commas separate them. */
  readonly list?: boolean;
}

export interface ArgumentSpec {
  readonly positional?: Positional;
  readonly flags: Readonly<Record<string, FlagSpec>>;
  /** One that works, without the slash word. */
  readonly example: string;
}

/** What was said, by the names of flags. */
export interface Arguments {
  readonly words: readonly string[];
  text(flag: string): string | undefined;
  texts(flag: string): readonly string[];
  number(flag: string): number | undefined;
  has(flag: string): boolean;
  /** What was understood, as words that make the same arguments again. */
  readonly said: readonly string[];
}

type Flags = ArgumentSpec["flags"];
/** The names of the declared flags of these kinds. */
type Named<F extends Flags, Kind extends FlagSpec["kind"]> = {
  [Name in keyof F & string]: F[Name]["kind"] extends Kind ? Name : never;
}[keyof F & string];

/** The same; only what is declared can be asked for, each as what it is. */
export interface ArgumentsOf<F extends Flags> extends Pick<Arguments, "words" | "said"> {
  text(flag: Named<F, "text" | "time">): string | undefined;
  texts(flag: Named<F, "list">): readonly string[];
  number(flag: Named<F, "number">): number | undefined;
  has(flag: keyof F & string): boolean;
}

/** Throws a UserError with the nearest flag and an example. */
export function parseArguments(spec: ArgumentSpec, words: readonly string[]): Arguments {
  const positional: string[] = [];
  const flags = new Map<string, string[]>();
  let first = words.length;
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? "";
    if (!word.startsWith("--")) {
      first = Math.min(first, i);
      positional.push(...(spec.positional?.list ? splitList(word) : [plainWord(word)]));
      continue;
    }
    const [name, inline] = splitFlag(word);
    const flag = spec.flags[name];
    if (!flag || !Object.hasOwn(spec.flags, name)) throw unknownFlag(spec, name);
    if (flag.kind === "switch") {
      if (inline !== undefined)
        throw new UserError("flag-takes-no-value", `--${name} takes no value. Example: --${name}`);
      flags.set(name, []);
      continue;
    }
    const taken = inline === undefined ? [] : [inline];
    while (i + 1 < words.length && takesNext(flag, taken, words.slice(i + 1))) {
      i += 1;
      taken.push(words[i] ?? "");
    }
    if (flag.kind === "list" && inline === undefined && !isFlag(words[i + 1]))
      i = takeUncommaed(spec, { name, taken, words, from: i + 1 });
    const values =
      flag.kind === "list" ? splitList(taken.join("")) : taken.length > 0 ? [plainWord(taken.join(" "))] : [];
    const [value] = values;
    if (value === undefined) {
      throw new UserError("flag-needs-value", `--${name} requires a value. ${valueWords(name, flag)}`);
    }
    const before = flags.get(name) ?? [];
    if (before.length > 0 && flag.kind !== "list")
      throw new UserError("flag-given-twice", `--${name} was given twice. Give it once. Example: ${spec.example}`);
    if (flag.kind === "number" && !/^\d{1,9}$/.test(value))
      throw new UserError("not-a-number", `--${name} requires a whole number, not "${value}". Example: --${name} 10`);
    flags.set(name, [...before, ...values]);
  }
  checkPositional(spec, positional, words, first);
  return {
    words: positional,
    text: (flag) => flags.get(flag)?.[0],
    texts: (flag) => flags.get(flag) ?? [],
    number: (flag) => (flags.has(flag) ? Number(flags.get(flag)?.[0]) : undefined),
    has: (flag) => flags.has(flag),
    said: [
      ...positional.map(literal),
      ...[...flags].flatMap(([name, values]) =>
        values.length === 0 ? [`--${name}`] : values.map((value) => `--${name}=${literal(value)}`),
      ),
    ],
  };
}

/**
 * Words that follow a list without a comma. They belong to it if the command takes no names; otherwise nobody can tell.
 * Returns the index of the last word that was taken.
 */
function takeUncommaed(
  { positional }: ArgumentSpec,
  list: { readonly name: string; readonly taken: string[]; readonly words: readonly string[]; readonly from: number },
): number {
  const { name, taken, words, from } = list;
  if (positional) {
    const typed = (word = "") => typedText([word.slice(0, 60)]);
    const [last, next] = [typed(literal(splitList(taken.join("")).at(-1) ?? "")), typed(words[from])];
    throw new UserError(
      "word-after-list",
      `Drydock does not know whether ${next} belongs to --${name}. If it does, type a comma: --${name} ${last}, ${next}. If it does not, type it before --${name}.`,
    );
  }
  let end = from;
  for (; end < words.length && !isFlag(words[end]); end += 1) taken.push(",", words[end] ?? "");
  return end - 1;
}

/** Nothing more follows a list there, or another flag does. */
function isFlag(word: string | undefined): boolean {
  return word === undefined || word.startsWith("--");
}

/** Whether the next word is part of the flag's value. */
export function takesNext(
  { kind }: FlagSpec,
  taken: readonly string[],
  [next = "", ...rest]: readonly string[],
): boolean {
  if (next.startsWith("--")) return false;
  if (taken.length === 0) return true;
  if (kind === "time") return timeWords([...taken, next, ...rest].map(plainWord)) > taken.length;
  return kind === "list" && (next.startsWith(",") || endsOpen(taken.at(-1) ?? ""));
}

/** `NAME… [--limit N]` */
export function usageOf(spec: ArgumentSpec): string {
  const { positional } = spec;
  const word = positional
    ? [`${positional.hint}${repeats(positional) ? "…" : ""}`].map((hint) => (positional.required ? hint : `[${hint}]`))
    : [];
  const flags = Object.entries(spec.flags).map(([name, flag]) => `[${`--${name} ${flag.hint}`.trim()}]`);
  return [...word, ...flags].join(" ");
}

/** Several words of one kind; `SERVER REASON` are two kinds. */
function repeats({ hint, many }: Positional): boolean {
  return many && !hint.includes(" ");
}

export function splitFlag(word: string): readonly [string, string | undefined] {
  const equals = word.indexOf("=");
  return equals < 0 ? [word.slice(2), undefined] : [word.slice(2, equals), word.slice(equals + 1)];
}

function unknownFlag(spec: ArgumentSpec, name: string): UserError {
  const known = Object.keys(spec.flags);
  const near = nearest(name, known);
  const instead = near
    ? ` Did you mean --${near}?`
    : known.length > 0
      ? ` It takes ${known.map((flag) => `--${flag}`).join(", ")}.`
      : " It takes no flags.";
  return new UserError(
    "unknown-flag",
    `There is no flag --${name.slice(0, 60)} here.${instead} Example: ${spec.example}`,
  );
}
