import { plainWord, typedText } from "../core/typed-text.ts";
import { UserError } from "../core/user-error.ts";

/** What is read of the arguments that a command takes. */
interface Spec {
  readonly positional?: { readonly hint: string; readonly required: boolean; readonly many: boolean };
  readonly flags: Readonly<Record<string, { readonly kind: string }>>;
  readonly example: string;
}

/** @param positional what belongs to no flag. @param words all that was typed. Throws UserError with what was probably meant. */
export function checkPositional(spec: Spec, positional: readonly string[], words: readonly string[]): void {
  const { positional: taken, example } = spec;
  const [first] = positional;
  if (!taken && first !== undefined)
    throw new UserError(
      "unexpected-word",
      `This takes no words, but "${first.slice(0, 60)}" was given.${meantBy(spec, first, words)} Example: ${example}`,
    );
  if (taken?.required && first === undefined)
    throw new UserError("missing-word", `Say which: ${taken.hint}. Example: ${example}`);
  if (taken && !taken.many && positional.length > 1)
    throw new UserError(
      "too-many-words",
      `This takes one word, but ${positional.length} were given. Example: ${example}`,
    );
}

function meantBy({ flags }: Spec, word: string, words: readonly string[]): string {
  const named = word.replace(/^[-\u2012-\u2015\u2212]+/u, "").toLowerCase();
  if (Object.hasOwn(flags, named)) return ` Did you mean --${named}?`;
  const at = words.findIndex((one) => plainWord(one) === word);
  const [before = "", value = ""] = words.slice(Math.max(0, at - 2), at);
  const flag = before.replace(/^--/, "");
  if (before.startsWith("--") && Object.hasOwn(flags, flag) && flags[flag]?.kind === "text") {
    const end = words.findIndex((one, i) => i > at && one.startsWith("--"));
    const whole = [value, ...words.slice(at, end < 0 ? undefined : end)].map(plainWord).join(" ").slice(0, 60);
    return ` If it belongs to --${flag}, put all of that in quotes: --${flag} "${whole}".`;
  }
  if (!Object.hasOwn(flags, "name") || !Object.hasOwn(flags, "server")) return "";
  const shown = typedText([word.slice(0, 60)]);
  return ` If it is an agent, type --name ${shown}. If it is the server, type --server ${shown}.`;
}
