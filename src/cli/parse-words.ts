import { parseArgs } from "node:util";
import { nearest } from "../core/nearest.ts";
import { quoted, UsageError } from "./usage-error.ts";

export interface CliOption {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: boolean;
  readonly required?: boolean;
  /** What stands for its value in the help, e.g. `FILE`. */
  readonly hint?: string;
  readonly summary: string;
}

export type CliOptions = Readonly<Record<string, CliOption>>;

export interface CliWord {
  readonly hint: string;
  readonly summary: string;
  readonly required: boolean;
  readonly many: boolean;
}

type Value<D extends CliOption> = D extends { readonly type: "boolean" }
  ? boolean
  : D extends { readonly multiple: true }
    ? readonly string[]
    : string;

/** An option's value by its name; only a required one is always there. */
export type Values<O extends CliOptions> = {
  readonly [K in keyof O]: O[K] extends { readonly required: true } ? Value<O[K]> : Value<O[K]> | undefined;
};

interface Spec<O extends CliOptions> {
  readonly name: string;
  readonly word?: CliWord;
  readonly options: O;
  readonly example: string;
}

/** The options of every command. */
export const COMMON: CliOptions = {
  json: { type: "boolean", summary: "print JSON, errors too" },
  help: { type: "boolean", short: "h", summary: "print this help" },
};

/** Reads a command's arguments. Throws UsageError with what was expected and an example. */
export function parseWords<O extends CliOptions>(
  spec: Spec<O>,
  argv: readonly string[],
): { readonly words: readonly string[]; readonly values: Values<O> } {
  const { values, positionals, tokens } = read(spec.options, argv);
  const given = new Set<string>();
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const option = own(spec.options, token.name) ?? own(COMMON, token.name);
    if (!option) throw wrong(spec, unknownOption(spec.options, token.rawName, token.name));
    checkValue(spec, option, token);
    if (given.has(token.name) && !option.multiple) throw wrong(spec, `takes --${token.name} once.`);
    given.add(token.name);
  }
  for (const [name, { required, hint = "", summary }] of Object.entries(spec.options))
    if (required && !given.has(name)) throw wrong(spec, `needs --${name} ${hint}: ${summary}.`);
  checkWords(spec, positionals, listBefore(spec.options, tokens));
  // The loop above has checked that each value has the type of its declaration.
  return { words: positionals, values: values as Values<O> };
}

export function asksForJson(argv: readonly string[]): boolean {
  return read({}, argv).tokens.some((token) => token.kind === "option" && token.name === "json");
}

export function asksForHelp(options: CliOptions, argv: readonly string[]): boolean {
  return read(options, argv).tokens.some((token) => token.kind === "option" && token.name === "help");
}

/** Not strict: the parser's own errors are no sentences for people. */
function read(options: CliOptions, argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    options: { ...options, ...COMMON },
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
}

interface OptionToken {
  readonly name: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

function checkValue(spec: Spec<CliOptions>, { type, hint = "" }: CliOption, token: OptionToken): void {
  const { name, value, inlineValue } = token;
  if (type === "boolean") {
    if (value !== undefined) throw wrong(spec, `takes no value for --${name}.`);
    return;
  }
  const isAnotherOption = inlineValue === false && value !== undefined && value.length > 1 && value.startsWith("-");
  if (value === undefined || value === "" || isAnotherOption)
    throw wrong(spec, `needs a value for --${name}: ${hint}.`);
}

/** The list that the first word follows, with its last value: the word may be meant to belong to it. */
function listBefore(options: CliOptions, tokens: ReturnType<typeof read>["tokens"]): string | undefined {
  const before = tokens[tokens.findIndex(({ kind }) => kind === "positional") - 1];
  if (before?.kind !== "option" || !own(options, before.name)?.multiple) return undefined;
  return `--${before.name} ${quoted(before.value ?? "").slice(1, -1)}`;
}

function checkWords(spec: Spec<CliOptions>, words: readonly string[], list: string | undefined): void {
  const { word } = spec;
  const tooMany = word?.many ? undefined : words[word ? 1 : 0];
  if (tooMany !== undefined) {
    const hints = [
      spec.name === "" && "A command comes before its options.",
      list && `Type a comma between the values of a list: ${list},${quoted(tooMany).slice(1, -1)}.`,
    ];
    throw wrong(spec, [`does not take ${quoted(tooMany)}.`, ...hints.filter(Boolean)].join(" "));
  }
  if (word?.required && (words[0] ?? "") === "") throw wrong(spec, `needs ${word.hint}: ${word.summary}.`);
}

function unknownOption(options: CliOptions, typed: string, name: string): string {
  const known = Object.keys({ ...options, ...COMMON });
  const near = nearest(name, known);
  const instead = near ? `Did you mean --${near}?` : `It takes ${known.map((one) => `--${one}`).join(", ")}.`;
  return `has no option ${quoted(typed).slice(1, -1)}. ${instead}`;
}

function own(options: CliOptions, name: string): CliOption | undefined {
  return Object.hasOwn(options, name) ? options[name] : undefined;
}

function wrong({ name, example }: Spec<CliOptions>, what: string): UsageError {
  return new UsageError(`${`drydock ${name}`.trim()} ${what} Example: ${example}`);
}
