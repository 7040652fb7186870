import { type Answer, type CliCommand, defineCommand } from "./command.ts";
import { findCommand, unknownCommand } from "./find-command.ts";
import { helpOf, helpOfAll, usageOf } from "./help.ts";
import { COMMON } from "./parse-words.ts";

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
export function helpFor(commands: readonly CliCommand[], words: readonly string[]): Answer {
  if (words.length === 0) return { text: helpOfAll(commands), json: toJson(commands) };
  const command = findCommand(commands, words);
  if (command) return { text: helpOf(command), json: toJson([command]) };
  const group = commands.filter(({ name }) => name.startsWith(`${words[0]} `));
  if (group.length > 0 && words.length === 1) return { text: helpOfAll(group), json: toJson(group) };
  throw unknownCommand(commands, words);
}

function toJson(commands: readonly CliCommand[]): object {
  return {
    commands: commands.map(({ run: _run, options, ...command }) => ({
      ...command,
      usage: usageOf({ ...command, options }),
      options: { ...options, ...COMMON },
    })),
  };
}
