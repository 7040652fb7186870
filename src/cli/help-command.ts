import { type CliCommand, defineCommand } from "./command.ts";
import { findCommand, unknownCommand } from "./find-command.ts";
import { helpOf, helpOfAll } from "./help.ts";

/** @param commands the whole table, of which this command is one entry. */
export function helpCommand(commands: () => readonly CliCommand[]): CliCommand {
  return defineCommand({
    name: "help",
    summary: "Lists the commands, or explains one",
    notes: [],
    word: { hint: "COMMAND", summary: "the command to explain", required: false, many: true },
    options: {},
    example: "drydock help config check",
    exits: { done: "the help was printed", failed: "the help could not be printed" },
    run: async ({ words }) => helpFor(commands(), words),
  });
}

/** The help of a command, of a group such as `config`, or of all. Throws UsageError. */
export function helpFor(commands: readonly CliCommand[], words: readonly string[]): string {
  if (words.length === 0) return helpOfAll(commands);
  const command = findCommand(commands, words);
  if (command) return helpOf(command);
  const group = commands.filter(({ name }) => name.startsWith(`${words[0]} `));
  if (group.length > 0 && words.length === 1) return helpOfAll(group);
  throw unknownCommand(commands, words);
}
