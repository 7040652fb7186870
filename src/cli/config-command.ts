import { configSchema } from "../config/json-schema.ts";
import { checkFile, loadConfig } from "../config/load.ts";
import { logLevelOf } from "../config/log-level.ts";
import { defineCommand } from "./command.ts";
import { CONFIG, configFile } from "./config-option.ts";

export const configCheck = defineCommand({
  name: "config check",
  summary: "Checks the configuration and lists every problem",
  notes: [
    "It connects to nothing. The tokens and passwords have to be in the environment, unless --file-only is given.",
  ],
  options: { ...CONFIG, "file-only": { type: "boolean", summary: "check the file without the environment" } },
  example: "drydock config check --config drydock.yml",
  exits: { done: "there is no problem", failed: "there are problems; standard error lists them" },
  async run({ values }, { env }) {
    const file = configFile(values, env);
    if (values["file-only"]) {
      checkFile(file);
      return `${file} is right. Drydock did not look at the environment.`;
    }
    const { warnings, servers } = loadConfig({ file, env });
    logLevelOf(env);
    const list = servers.map(({ name, policy }) => `${name} (${policy.mode})`).join(", ");
    return [`${file} and the environment are right. Servers: ${list}.`, ...warnings].join("\n");
  },
});

export const configSchemaCommand = defineCommand({
  name: "config schema",
  summary: "Prints the configuration's JSON Schema, for editors",
  notes: [],
  options: {},
  example: "drydock config schema > drydock.schema.json",
  exits: { done: "the schema was printed", failed: "the schema could not be printed" },
  run: async () => JSON.stringify(configSchema(), null, 2),
});
