import type { Config } from "../config/config.ts";
import type { Environment } from "../config/environment.ts";
import { configSchema } from "../config/json-schema.ts";
import { checkFile, loadConfig } from "../config/load.ts";
import { ConfigError } from "../config/problem.ts";
import { takeSwitch, UsageError } from "./usage.ts";

/** `config check` and `config schema`; returns what is printed and the exit code. */
export function runConfig(
  words: readonly string[],
  {
    file,
    env,
    checkLedger,
  }: {
    readonly file: string;
    readonly env: Environment;
    /** Throws a sentence for people if Drydock could not open its ledger. */
    readonly checkLedger: (ledger: Config["ledger"]) => void;
  },
): { readonly text: string; readonly code: number } {
  const [what, ...more] = words;
  const { on: fileOnly, rest } = takeSwitch(more, "file-only");
  if (rest.length > 0) throw new UsageError(`config ${what} does not take "${rest[0]}". Example: drydock config check`);
  if (what === "schema") return { text: JSON.stringify(configSchema(), null, 2), code: 0 };
  if (what !== "check")
    throw new UsageError(`There is no "config ${what ?? ""}". Example: drydock config check --config drydock.yml`);
  try {
    if (fileOnly) {
      const warnings = checkFile(file);
      return { text: [`${file} is right. The environment was not looked at.`, ...warnings].join("\n"), code: 0 };
    }
    const { warnings, servers, ledger } = loadConfig({ file, env });
    try {
      checkLedger(ledger);
    } catch (error) {
      throw error instanceof Error ? new ConfigError([{ where: "the ledger", what: error.message }]) : error;
    }
    const list = servers.map(({ name, policy }) => `${name} (${policy.mode})`).join(", ");
    return { text: [`${file} and the environment are right. Servers: ${list}.`, ...warnings].join("\n"), code: 0 };
  } catch (error) {
    if (error instanceof ConfigError) return { text: error.message, code: 1 };
    throw error;
  }
}
