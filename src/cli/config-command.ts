import { configSchema } from "../config/json-schema.ts";
import { checkFile, loadConfig } from "../config/load.ts";
import { logLevelOf } from "../config/log-level.ts";
import { ConfigError } from "../config/problem.ts";
import { OperatorError } from "../core/ports.ts";
import { defineCommand } from "./command.ts";
import { CONFIG, configFile } from "./config-option.ts";

export const configCheck = defineCommand({
  name: "config check",
  summary: "Checks the configuration and lists every problem",
  notes: [
    "It connects to nothing. It also checks the ledger's folder and key, and changes neither.",
    "The tokens and passwords have to be in the environment, unless --file-only is given.",
  ],
  options: {
    ...CONFIG,
    "file-only": { type: "boolean", summary: "check the file without the environment and the ledger" },
  },
  example: "drydock config check --config drydock.yml",
  exits: { done: "there is no problem", failed: "there are problems; standard error lists them" },
  async run({ values }, { env, ledger }) {
    const file = configFile(values, env);
    if (values["file-only"]) {
      const warnings = checkFile(file);
      const text = [`${file} is right. Drydock did not look at the environment.`, ...warnings].join("\n");
      return { text, json: { file, warnings } };
    }
    const { warnings, servers, ledger: settings } = loadConfig({ file, env });
    logLevelOf(env);
    checkLedger(() => ledger.check(settings));
    const list = servers.map(({ name, policy }) => `${name} (${policy.mode})`).join(", ");
    const text = [`${file} and the environment are right. Servers: ${list}.`, ...warnings].join("\n");
    return { text, json: { file, servers: servers.map(({ name, policy: { mode } }) => ({ name, mode })), warnings } };
  },
});

/** What is wrong with the ledger, as a problem of the configuration. */
function checkLedger(check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof OperatorError ? new ConfigError([{ where: "the ledger", what: error.message }]) : error;
  }
}

export const configSchemaCommand = defineCommand({
  name: "config schema",
  summary: "Prints the configuration's JSON Schema, for editors",
  notes: [],
  options: {},
  example: "drydock config schema > drydock.schema.json",
  exits: { done: "the schema was printed", failed: "the schema could not be printed" },
  async run() {
    const json = configSchema();
    return { text: JSON.stringify(json, null, 2), json };
  },
});
