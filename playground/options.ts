import { type ParseArgsConfig, parseArgs } from "node:util";

/** What was typed is no use of this program: said in a sentence, and the exit code is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export interface Option {
  readonly type: "boolean" | "string";
  readonly default: boolean | string;
}

type Values<S extends Readonly<Record<string, Option>>> = {
  readonly [name in keyof S]: S[name]["type"] extends "boolean" ? boolean : string;
};

/** Reads a command line. Throws UsageError with a sentence. */
export function readOptions<S extends Readonly<Record<string, Option>>>(argv: readonly string[], known: S): Values<S> {
  const options = known as unknown as NonNullable<ParseArgsConfig["options"]>;
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  const values: Record<string, boolean | string> = {};
  for (const [name, option] of Object.entries(known)) values[name] = option.default;
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    const option = token.kind === "option" && Object.hasOwn(known, token.name) ? known[token.name] : undefined;
    if (token.kind === "positional" || !option)
      throw new UsageError(
        `There is no option "${token.kind === "positional" ? token.value : token.rawName}". Known: ${Object.keys(known)
          .map((name) => `--${name}`)
          .join(", ")}.`,
      );
    if (option.type === "boolean" && token.value !== undefined)
      throw new UsageError(`--${token.name} takes no value. Example: --${token.name}`);
    if (option.type === "string" && token.value === undefined)
      throw new UsageError(`--${token.name} needs a value. Example: --${token.name} ${option.default}`);
    values[token.name] = token.value ?? true;
  }
  return values as Values<S>;
}

/** Throws UsageError where it is no number within the limits. */
export function readNumber(
  name: string,
  value: string,
  limits: { least: number; most: number; whole?: boolean },
): number {
  const { least, most, whole = false } = limits;
  const number = value.trim() === "" ? Number.NaN : Number(value);
  if (number >= least && number <= most && (!whole || Number.isInteger(number))) return number;
  const kind = whole ? "whole number" : "number";
  throw new UsageError(
    `--${name} needs a ${kind} from ${least} to ${most}, not "${value}". Example: --${name} ${Math.max(least, 1)}`,
  );
}

export function readPort(value: string): number {
  return readNumber("port", value, { least: 0, most: 65_535, whole: true });
}
