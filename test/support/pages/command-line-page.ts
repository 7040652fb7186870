import { COMMANDS } from "../../../src/cli/commands.ts";
import { usageOf } from "../../../src/cli/help.ts";

/** The generated part of docs/command-line.md: the list of commands. Each has a help of its own. */
export function commandList(): string {
  return COMMANDS.map((command) => `- \`${usageOf(command)}\`: ${command.summary}.`).join("\n");
}
