import { nearest } from "../core/nearest.ts";
import type { CliCommand } from "./command.ts";
import { quoted, UsageError } from "./usage-error.ts";

/** The command that the first words name; with no words, the bot. */
export function findCommand(commands: readonly CliCommand[], words: readonly string[]): CliCommand | undefined {
  const named = (count: number) => commands.find(({ name }) => name === words.slice(0, count).join(" "));
  return named(2) ?? named(1);
}

/** What is wrong with words that name no command, and what was probably meant. */
export function unknownCommand(commands: readonly CliCommand[], words: readonly string[]): UsageError {
  const names = commands.map(({ name }) => name).filter((name) => name !== "");
  const [first = "", second] = words;
  const group = names.filter((name) => name.startsWith(`${first} `)).map((name) => name.slice(first.length + 1));
  if (group.length > 0) {
    const not = second === undefined ? "" : `, not ${quoted(second)}`;
    return new UsageError(
      `drydock ${first} needs ${group.join(" or ")} after it${not}. Example: drydock ${first} ${group[0]}`,
    );
  }
  const near = nearest(words.slice(0, 2).join(" "), names) ?? nearest(first, names);
  const instead = near ? `Did you mean drydock ${near}?` : "drydock help lists the commands.";
  return new UsageError(
    `There is no command ${quoted(near?.includes(" ") ? words.slice(0, 2).join(" ") : first)}. ${instead}`,
  );
}
