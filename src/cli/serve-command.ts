import { logLevelOf } from "../config/log-level.ts";
import { defineCommand } from "./command.ts";
import { CONFIG, configFile } from "./config-option.ts";

/** The bot itself: what runs if no command is named. */
export const serveCommand = defineCommand({
  name: "",
  summary: "Runs the bot",
  notes: ["The log goes to standard output, as JSON lines. SIGTERM or SIGINT stops the bot within 10 seconds."],
  options: { ...CONFIG, version: { type: "boolean", summary: "print the version" } },
  example: "drydock --config drydock.yml",
  exits: { done: "the bot stopped in order", failed: "the bot could not start, or did not stop in time" },
  async run({ values }, ports) {
    if (values.version) return { text: `drydock ${ports.version}`, json: { version: ports.version } };
    const { env } = ports;
    await ports.serve({ config: configFile(values, env), logLevel: logLevelOf(env) });
    return undefined;
  },
});
