import type { z } from "zod";
import { isMap } from "./is-map.ts";
import { isServer, isServerSetting, misplacedSentence, namesUnder, type SettingPath } from "./misplaced.ts";
import { nearestWord } from "./nearest.ts";
import type { Problem } from "./problem.ts";
import type { YamlFile } from "./yaml-file.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What the schema found, as sentences. `known` are the paths of all settings. */
export function problemsOf(error: z.ZodError, file: YamlFile, known: readonly SettingPath[]): readonly Problem[] {
  const servers = valueAt(file.value, ["servers"]);
  const serverNames = isMap(servers) ? Object.keys(servers) : [];
  const tooHigh = serverNames.filter((name) => isServerSetting(name, valueAt(servers, [name]), known));
  const places = { known, servers: serverNames.filter((name) => !tooHigh.includes(name)) };

  function unknown(path: Path, key: string): Problem {
    const value = valueAt(file.value, [...path, key]);
    const what = isSecret(key) ? secretSentence(path, key) : misplacedSentence(key, { path, value, ...places });
    return { where: file.where([...path, key]), what };
  }

  function toProblems(issue: Issue, above: Path): readonly Problem[] {
    const path = [...above, ...issue.path];
    if (path[0] === "servers" && tooHigh.includes(String(path[1]))) return [];
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknown(path, key));
    const value = valueAt(file.value, path);
    if ((value === undefined || value === null) && isMeantBeside(path)) return [];
    const meant = issue.code === "invalid_union" ? closest(issue.errors, value) : undefined;
    if (meant) return meant.flatMap((inner) => toProblems(inner, path));
    return [{ where: file.where(path), what: sentence(issue, value, namesUnder(path, known)) }];
  }

  /** Whether what is missing is there under a misspelled name, or one level too high: that is said of it, and is one mistake. */
  function isMeantBeside(path: Path): boolean {
    const beside = valueAt(file.value, path.slice(0, -1));
    const name = String(path.at(-1));
    const allowed = namesUnder(path.slice(0, -1), known);
    return (
      isMap(beside) &&
      Object.keys(beside).some(
        (key) =>
          !allowed.includes(key) &&
          (nearestWord(key, allowed) === name || (name === "servers" && isServer(beside[key]))),
      )
    );
  }

  return [
    ...tooHigh.map((name) => ({
      where: file.where(["servers", name]),
      what: `${name} belongs under a server's name. Example: servers: {prod: {${name}: …}}`,
    })),
    ...error.issues.flatMap((issue) => toProblems(issue, [])),
  ];
}

/** The sentence of a check that has none of its own: never the library's. */
export function ownSentence(issue: { readonly code: string; readonly expected?: unknown }): string {
  if (issue.code === "invalid_type" && typeof issue.expected === "string" && Object.hasOwn(EXPECTED, issue.expected))
    return `expected ${EXPECTED[issue.expected]}`;
  return "expected something else here: docs/configuration.md says what";
}

const SETTINGS = "settings, each on a line of its own and indented";
const EXPECTED: Readonly<Record<string, string>> = {
  object: SETTINGS,
  record: SETTINGS,
  array: "a list, e.g. [a, b]",
  string: 'a text, e.g. "a"',
  number: "a number, e.g. 1",
  int: "a whole number, e.g. 1",
  boolean: "true or false",
};

function secretSentence([room]: Path, key: string): string {
  const own = room === "slack" ? OF_SLACK[key] : undefined;
  const example = own ?? "DRYDOCK_PROD_PASSWORD or DRYDOCK_PROD_TOKEN for a server called prod";
  return `secrets do not belong in this file. Put them into the environment, e.g. ${example}`;
}

const OF_SLACK: Readonly<Record<string, string>> = {
  botToken: "SLACK_BOT_TOKEN",
  appToken: "SLACK_APP_TOKEN",
  signingSecret: "SLACK_SIGNING_SECRET",
};

function sentence(issue: Issue, value: unknown, names: readonly string[]): string {
  if (issue.code === "invalid_key") return issue.issues[0]?.message ?? "this name cannot be used here";
  const message = issue.message;
  if (value === null) {
    if (message !== `expected ${SETTINGS}`) return `nothing is written here: ${message}`;
    return "nothing is written here. Indent its settings below it, or delete the line";
  }
  if (message === `expected ${SETTINGS}` && names.length > 0 && names.length <= 12)
    return `${message}: ${names.join(", ")}`;
  return value === undefined && message.startsWith("expected") ? `missing: ${message}` : message;
}

/** Of several shapes that a value may have, what is wrong with the one that it comes nearest to; undefined if that cannot be said. */
function closest(options: readonly (readonly Issue[])[], value: unknown): readonly Issue[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const shaped = options.filter(
    (issues) =>
      !issues.some(({ path, code }) => path.length === 0 && (code === "invalid_type" || code === "invalid_value")),
  );
  const fewest = Math.min(...shaped.map((issues) => issues.length));
  const [best, ...others] = shaped.filter((issues) => issues.length === fewest);
  return others.length === 0 ? best : undefined;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, part) => {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, part)) return undefined;
    return (inner as Record<PropertyKey, unknown>)[part];
  }, value);
}

function isSecret(key: string): boolean {
  return /^(password|token|secret|botToken|appToken|signingSecret|key)$/i.test(key);
}
