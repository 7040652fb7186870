import { typedName } from "../../../src/cli/command.ts";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { EXIT_CODES, usageOf } from "../../../src/cli/help.ts";
import { helpFor } from "../../../src/cli/help-command.ts";

/** The generated part of docs/command-line.md: the table of commands, and the help of each. */
export function commandLineTables(): string {
  const sections = COMMANDS.flatMap((command) => {
    const words = command.name === "" ? [] : command.name.split(" ");
    return ["", `## \`${typedName(command)}\``, "", "```text", helpFor(COMMANDS, words), "```"];
  });
  return [
    "| Command | What it does |",
    "| --- | --- |",
    ...COMMANDS.map((command) => `| \`${usageOf(command)}\` | ${command.summary} |`),
    "",
    "| Exit code | Meaning |",
    "| --- | --- |",
    ...EXIT_CODES.map(([code, meaning]) => `| ${code} | ${meaning} |`),
    ...sections,
  ].join("\n");
}
