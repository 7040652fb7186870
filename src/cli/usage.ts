/** Somebody typed something that does not work: said as it stands, with exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const USAGE = `drydock [--config FILE]                 the bot
drydock init [--config FILE]            writes the smallest configuration and a key for the ledger; overwrites nothing
drydock config check [--config FILE] [--file-only]
                                        everything that is wrong with the configuration; --file-only leaves the environment out
drydock config schema                   the configuration's JSON Schema, for editors
drydock backup FILE [--config FILE]     a checked copy of the ledger, also while the bot runs
drydock retain --before DAY --archive FILE [--config FILE]
                                        moves rollouts that were over before that day out of the ledger; the bot must not run
drydock plan --url URL [filters]        what an upgrade would do, read from a server without Slack and without a configuration
drydock probe --url URL                 what a server answers differently from what Drydock expects, without names and values

plan and probe only read (GET). They take --ca FILE (a certificate to trust) and --json; the account comes from the
environment: DS_USERNAME and DS_PASSWORD, or DS_AUTH_TOKEN; the URL may come from DS_WEB_URL.
Filters as in Slack: --name GLOB, --exclude GLOB, --team TEAM, --tag TAG, --relay RELAY, --version RANGE, --limit N, --slots N, --include-offline, --include-inactive.`;

/** Takes a flag without a value out of the words. */
export function takeSwitch(
  words: readonly string[],
  name: string,
): { readonly on: boolean; readonly rest: readonly string[] } {
  return { on: words.includes(`--${name}`), rest: words.filter((word) => word !== `--${name}`) };
}

/** Takes a flag with its value out of the words: `--url X` or `--url=X`. Throws UsageError where the value is missing. */
export function takeOption(
  words: readonly string[],
  name: string,
): { readonly value: string | undefined; readonly rest: readonly string[] } {
  const at = words.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  const word = words[at];
  if (word === undefined) return { value: undefined, rest: words };
  const inline = word.includes("=");
  const value = inline ? word.slice(name.length + 3) : words[at + 1];
  if (value === undefined || value === "") throw new UsageError(`--${name} wants a value. ${USAGE}`);
  return { value, rest: [...words.slice(0, at), ...words.slice(at + (inline ? 1 : 2))] };
}
