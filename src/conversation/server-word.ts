import { UserError } from "../core/user-error.ts";

/** The server that a person named, as a word or with --server. Throws UserError if they named two: neither may be without effect. */
export function serverWord(
  args: { readonly words: readonly string[]; text(flag: "server"): string | undefined },
  command: string,
): string | undefined {
  const [word, flag] = [args.words[0], args.text("server")];
  if (word !== undefined && flag !== undefined && word.toLowerCase() !== flag.toLowerCase())
    throw new UserError(
      "two-servers",
      `Two servers are named, "${word.slice(0, 60)}" and "${flag.slice(0, 60)}". Name one. Example: ${command} ${word.slice(0, 60)}`,
    );
  return word ?? flag;
}
