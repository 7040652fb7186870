import { typedName } from "../../../src/cli/command.ts";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { helpFor } from "../../../src/cli/help-command.ts";

/** The generated part of docs/command-line.md: the help of each command. */
export function commandHelps(): string {
  return COMMANDS.map((command) => {
    const words = command.name === "" ? [] : command.name.split(" ");
    return [`## \`${typedName(command)}\``, "", "```text", helpFor(COMMANDS, words).text, "```"].join("\n");
  }).join("\n\n");
}
