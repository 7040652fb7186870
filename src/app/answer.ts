import { nearest, parseArguments } from "./arguments.ts";
import type { Answer, Call, Command, CommandContext } from "./command.ts";
import { type Log, type Random, ServerError, SlackError } from "./ports.ts";
import type { Services } from "./services.ts";
import { UserError } from "./user-error.ts";
import { say, type View } from "./view.ts";
import { splitWords } from "./words.ts";

interface Ports {
  readonly services: Services;
  readonly word: string;
  readonly log: Log;
  readonly random: Random;
}

/** The way in for whatever a person says: finds the command, runs it, and writes down what was asked and what was told. */
export function createAnswer({ services, word, log, random }: Ports): Answer {
  async function run(call: Call): Promise<View> {
    await services.identities.member(call.person);
    const { name, rest } = said(call);
    const command = find(services.commands, call, name, word);
    const context: CommandContext = { call, services, word };
    return command.handler(parseArguments(command.args, rest), context, rest);
  }

  async function answered(call: Call): Promise<View> {
    try {
      return await run(call);
    } catch (error) {
      if (error instanceof UserError || error instanceof ServerError) return say(error.message);
      if (error instanceof SlackError)
        return say(`Slack did not say who you are (${error.code}), so nothing was done. Try again in a minute.`);
      const id = random.id().slice(0, 8);
      log.error({ id, error }, "a command failed");
      return say(
        `Something went wrong in Drydock itself; what you asked may not have been done. The log has it as ${id}.`,
      );
    }
  }

  return async (call) => {
    const view = await answered(call);
    const command = call.via === "button" ? [call.command, ...call.args].join(" ") : call.text;
    try {
      await services.board.change(() => [
        {
          stream: `person.${call.person}`,
          actor: call.person,
          facts: [
            { type: "person.asked", data: { command: command.slice(0, 3_000), channel: call.channel } },
            { type: "person.told", data: { text: textOf(view).slice(0, 6_000) } },
          ],
        },
      ]);
    } catch (error) {
      log.error({ error }, "what a person was told could not be written down");
    }
    return { view };
  };
}

function said(call: Call): { readonly name: string; readonly rest: readonly string[] } {
  if (call.via === "button") return { name: call.command, rest: call.args };
  const [name, ...rest] = splitWords(call.text);
  return { name: (name ?? "status").toLowerCase(), rest };
}

function find(commands: readonly Command[], call: Call, name: string, word: string): Command {
  const found = commands.find((command) => command.name === name && (!command.hidden || call.via === "button"));
  if (found && (call.via !== "mention" || found.inThread)) return found;
  const open = commands
    .filter((command) => !command.hidden && (call.via !== "mention" || command.inThread))
    .map((command) => command.name);
  if (found)
    throw new UserError(`In a thread Drydock understands ${open.join(", ")}. For the rest use ${word} ${name}.`);
  const near = nearest(name, open);
  throw new UserError(
    `There is no command "${name.slice(0, 60)}".${near ? ` Did you mean ${word} ${near}?` : ""} Example: ${word} upgrade-required. All of them: ${word} help`,
  );
}

/** Everything that a view says, as plain text. */
export function textOf(view: View): string {
  const lines = view.parts.flatMap((part) => {
    if (part.kind === "heading") return [part.text];
    if (part.kind === "buttons") return [part.buttons.map((button) => `[${button.label}]`).join(" ")];
    if (part.kind === "divider") return [];
    return part.lines.map((line) =>
      line.map((span) => (typeof span === "string" ? span : (Object.values(span)[0] ?? ""))).join(""),
    );
  });
  return lines.join("\n");
}
