import { readFileSync } from "node:fs";
import { basename } from "node:path";
import type { z } from "zod";
import type { Environment } from "./environment.ts";
import { isMap } from "./is-map.ts";
import { settingPaths } from "./json-schema.ts";
import { placeholdersIn } from "./placeholders.ts";
import { ConfigError, type Problem } from "./problem.ts";
import { ownSentence, problemsOf } from "./problems-of.ts";
import { type ConfigFile, fileShape } from "./schema.ts";
import { SIX_LINES } from "./starter-file.ts";
import { readYaml, type YamlFile } from "./yaml-file.ts";

export interface Settings {
  readonly yaml: YamlFile;
  readonly parsed: z.ZodSafeParseResult<ConfigFile>;
  /** What is left of the example, while nothing is upgraded. */
  readonly warnings: readonly string[];
}

/** Reads the file and holds it against its shape; what is wrong is added to `problems`. Throws ConfigError if there is no file. */
export function readSettings(file: string, env: Environment, problems: Problem[]): Settings {
  const read = readYaml(basename(file), readText(file));
  const { value, url } = withUrl(read.value, env);
  const where = (path: readonly PropertyKey[]) =>
    url && path[0] === "servers" && path[2] === "url" ? "environment, DS_WEB_URL" : read.where(path);
  const yaml = { ...read, value, where };
  problems.push(...yaml.problems);
  const parsed = fileShape.safeParse(value, { reportInput: true, error: ownSentence });
  if (value === undefined) return { yaml, parsed, warnings: [] };
  if (!isMap(value)) problems.push(notSettings(yaml));
  else if (!parsed.success) problems.push(...problemsOf(parsed.error, yaml, settingPaths()));
  return { yaml, parsed, warnings: parsed.success ? placeholderWarnings(parsed.data, yaml, problems) : [] };
}

/** The example's values are warnings as long as Drydock only observes; with them no server can be live. */
function placeholderWarnings({ servers }: ConfigFile, yaml: YamlFile, problems: Problem[]): readonly string[] {
  const warnings: string[] = [];
  for (const { path, where, value } of placeholdersIn(yaml)) {
    const own = path[0] === "servers" ? servers[String(path[1])] : undefined;
    const live = (own ? [own] : Object.values(servers)).some(({ mode }) => mode === "live");
    const what = `${value} is only an example.`;
    if (live) problems.push({ where, what: `${what} Write your own value: a server in mode: live needs it` });
    else warnings.push(`${where}: ${what} Write your own value before you set mode: live.`);
  }
  return warnings;
}

function notSettings({ value, where }: YamlFile): Problem {
  const example = "Example: mode: observe";
  if (value === null || value === undefined)
    return {
      where: where([]).replace(/:1$/, ""),
      what: `the file is empty. These six lines are enough to start with:\n\n${SIX_LINES.map((line) => `  ${line}`).join("\n")}`,
    };
  const found = Array.isArray(value) ? "a list" : `the text ${JSON.stringify(String(value).slice(0, 40))}`;
  return { where: where([]), what: `expected settings by name, not ${found}. ${example}` };
}

function readText(file: string): string {
  const bytes = readBytes(file);
  // No text that Drydock can read has such bytes; in UTF-16 every other one of plain English is.
  if (bytes.includes(0))
    throw new ConfigError([{ where: file, what: "expected a text in UTF-8. Save the file again with this encoding" }]);
  // YAML ends a line with a lone CR too, which the parser does not know.
  return bytes.toString("utf8").replace(/\r\n?/g, "\n");
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    const unreadable: Readonly<Record<string, string>> = {
      ENOENT: `there is no such file. Write one: drydock init${file === "drydock.yml" ? "" : ` --config ${file}`}`,
      EISDIR: "this is a folder, not a file",
      EACCES: "Drydock may not read it",
    };
    throw new ConfigError([{ where: file, what: unreadable[code] ?? `Drydock cannot read it (${code})` }]);
  }
}

/** For a single server its URL may come from DS_WEB_URL, as for the vendor's own client. */
function withUrl(value: unknown, env: Environment): { readonly value: unknown; readonly url?: string } {
  const url = env.DS_WEB_URL;
  if (!url || !isMap(value) || !isMap(value.servers)) return { value };
  const [only, ...more] = Object.entries(value.servers);
  if (!only || more.length > 0 || !isMap(only[1])) return { value };
  return { value: { ...value, servers: { [only[0]]: { ...only[1], url } } }, url };
}
