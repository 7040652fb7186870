import { plainWord, typedText } from "../core/typed-text.ts";
import { UserError } from "../core/user-error.ts";

/** What is read of the arguments that a command takes. */
interface Spec {
  readonly positional?: { readonly hint: string; readonly required: boolean; readonly many: boolean };
  readonly flags: Readonly<Record<string, { readonly kind: string }>>;
  readonly example: string;
}

/** @param positional what belongs to no flag, from `words[at]` on. Throws UserError with what was probably meant. */
export function checkPositional(spec: Spec, positional: readonly string[], words: readonly string[], at: number): void {
  const { positional: taken, example } = spec;
  const [first] = positional;
  if (!taken && first !== undefined)
    throw new UserError(
      "unexpected-word",
      `This takes no words, but "${first.slice(0, 60)}" was given.${meantBy(spec, first, words, at)} Example: ${example}`,
    );
  if (taken?.required && first === undefined)
    throw new UserError("missing-word", `Say which: ${taken.hint}. Example: ${example}`);
  if (taken && !taken.many && positional.length > 1)
    throw new UserError(
      "too-many-words",
      `This takes one word, but ${positional.length} were given. Example: ${example}`,
    );
}

function meantBy({ flags }: Spec, word: string, words: readonly string[], at: number): string {
  const [, named = ""] = /^[-\u2012-\u2015\u2212]*([^=:]*)/u.exec(word.toLowerCase()) ?? [];
  if (Object.hasOwn(flags, named)) return ` Did you mean --${named}?`;
  const before = behindFlag(flags, words, at);
  if (before) return before;
  if (!Object.hasOwn(flags, "name") || !Object.hasOwn(flags, "server")) return "";
  const shown = typedText([word.slice(0, 60)]);
  const isServerNamed = words.some((one) => /^--server(=|$)/.test(one));
  return ` If it is an agent, type --name ${shown}.${isServerNamed ? "" : ` If it is the server, type --server ${shown}.`}`;
}

/** What to type if the word belongs to the value of the flag before it. */
function behindFlag(flags: Spec["flags"], words: readonly string[], at: number): string | undefined {
  const from = words.slice(0, at).findLastIndex((one) => one.startsWith("--"));
  const [, flag = "", inline] = /^--([^=]*)=?(.*)$/s.exec(words[from] ?? "") ?? [];
  const kind = Object.hasOwn(flags, flag) ? flags[flag]?.kind : undefined;
  if (kind === "time")
    return ` If it belongs to --${flag}, Drydock does not understand that time. It takes, for example, 2h, 22:30 or sat 22:00.`;
  // A server's name has no spaces.
  if (kind !== "text" || flag === "server") return undefined;
  const end = words.findIndex((one, i) => i > at && one.startsWith("--"));
  const value = [inline ?? "", ...words.slice(from + 1, end < 0 ? undefined : end)].map(plainWord).join(" ").trim();
  return ` If it belongs to --${flag}, put all of that in quotes: --${flag} "${value.slice(0, 60)}".`;
}
