import { parseArguments } from "./arguments.ts";
import type { CommandContext } from "./command.ts";
import { UserError } from "./user-error.ts";
import type { View } from "./view.ts";

/** A button of a plan that Drydock does not have any more (it restarted, or half an hour has passed): plans again and says so. */
export async function replan(said: string | undefined, context: CommandContext): Promise<View> {
  const words = wordsOf(said);
  const command = context.services.commands.find((known) => known.name === words[0] && !known.hidden);
  if (!command)
    throw new UserError(
      `This plan is too old to be started. Make it again, for example with ${context.word} upgrade-required.`,
    );
  const rest = words.slice(1);
  const view = await command.handler(parseArguments(command.args, rest), context, rest);
  return {
    ...view,
    parts: [
      { kind: "text", lines: [["The plan that you saw is gone, so it was made again: look at it before you start."]] },
      ...view.parts,
    ],
  };
}

function wordsOf(said: string | undefined): readonly string[] {
  try {
    const value: unknown = JSON.parse(said ?? "[]");
    return Array.isArray(value) && value.every((word) => typeof word === "string") ? value : [];
  } catch {
    return [];
  }
}
