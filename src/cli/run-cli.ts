import type { CliPorts } from "./cli-ports.ts";
import type { Answer } from "./command.ts";
import { COMMANDS } from "./commands.ts";
import { findCommand, unknownCommand } from "./find-command.ts";
import { helpFor } from "./help-command.ts";
import { asksForHelp } from "./parse-words.ts";

/** Carries out what was typed after `drydock`; returns the answer for standard output, undefined if there is none. Throws UsageError, and what the commands throw. */
export async function runCli(argv: readonly string[], ports: CliPorts): Promise<Answer | undefined> {
  const firstOption = argv.findIndex((word) => word.startsWith("-"));
  const words = firstOption < 0 ? argv : argv.slice(0, firstOption);
  const command = findCommand(COMMANDS, words);
  if (asksForHelp(command?.options ?? {}, argv)) return helpFor(COMMANDS, words);
  if (!command) throw unknownCommand(COMMANDS, words);
  const named = command.name === "" ? 0 : command.name.split(" ").length;
  return await command.run(argv.slice(named), ports);
}
