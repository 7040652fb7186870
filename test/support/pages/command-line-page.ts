import { COMMANDS } from "../../../src/cli/commands.ts";
import { helpFor } from "../../../src/cli/help-command.ts";

/** The generated part of docs/command-line.md: the list of commands. Each has a help of its own. */
export function commandList(): string {
  return ["```text", helpFor(COMMANDS, []).text, "```"].join("\n");
}
