import type { Call } from "../core/call.ts";
import { nearest } from "../core/nearest.ts";
import { UserError } from "../core/user-error.ts";
import type { CommandInfo } from "./command.ts";

/** What other tools call it. */
const MEANT = new Map([
  ["list", "status"],
  ["update", "upgrade-required"],
  ["continue", "resume"],
  ["abort", "stop"],
]);

/** The command of that name. Throws UserError with what was probably meant. @param word what commands begin with. */
export function findCommand<C extends CommandInfo>(
  commands: ReadonlyMap<string, C>,
  call: Call,
  name: string,
  word: string,
): C {
  const typed = call.via === "slash" || call.via === "mention";
  const found = commands.get(name);
  if (found && (found.group !== undefined || !typed)) return found;
  if (found)
    throw new UserError(
      "press-button-instead",
      `You cannot type "${name}": ${found.args.example}. All commands: ${word} help`,
    );
  const open = [...commands.values()].filter(({ group }) => group !== undefined).map((command) => command.name);
  const near = MEANT.get(name) ?? nearest(name, open);
  throw new UserError(
    "no-such-command",
    `There is no command "${name.slice(0, 60)}".${near ? ` Did you mean ${word} ${near}?` : ""} Example: ${word} upgrade-required. All of them: ${word} help`,
  );
}
