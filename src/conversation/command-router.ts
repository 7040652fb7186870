import type { Answer, Call } from "../core/call.ts";
import { nearest } from "../core/nearest.ts";
import { type Clock, type Log, type Random, SlackError } from "../core/ports.ts";
import { splitWords } from "../core/split-words.ts";
import { UserError } from "../core/user-error.ts";
import { type Shown, say, type View } from "../core/view.ts";
import { ServerError } from "../model/deploy-server.ts";
import { LedgerUnwritable } from "../model/ledger-port.ts";
import type { Identities } from "../people/identity.ts";
import type { Projections } from "../projections/projections.ts";
import { parseArguments } from "./arguments.ts";
import type { Command, CommandContext, CommandInfo } from "./command.ts";
import { pastNamed } from "./past-named.ts";
import { createRateLimit } from "./rate-limit.ts";
import type { ReplyLog } from "./reply-log.ts";

interface Ports<CommandPorts> {
  readonly commands: readonly Command<CommandPorts>[];
  /** What the commands work with. */
  readonly commandPorts: CommandPorts;
  readonly identities: Pick<Identities, "member">;
  readonly projections: Pick<Projections, "past" | "recall">;
  readonly word: string;
  readonly replyLog: ReplyLog;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
}

/** The way in for whatever a person says: finds the command, runs it, and writes down what was asked and what was told. */
export function createCommandRouter<CommandPorts>(ports: Ports<CommandPorts>): Answer {
  const { commands, commandPorts, identities, projections, word, replyLog, log, clock, random } = ports;
  const tooMuch = createRateLimit({ clock });

  async function runCommand(
    command: Command<CommandPorts>,
    words: readonly string[],
    around: Omit<CommandContext, "words" | "rerun">,
  ): Promise<Shown> {
    for (const id of pastNamed(projections, { ...around.call, words })) await projections.recall(id);
    function rerun([name, ...rest]: readonly string[]): Promise<Shown> | undefined {
      const again = commands.find((known) => known.name === name && known.group !== undefined);
      return again && runCommand(again, rest, around);
    }
    return command.handler(parseArguments(command.args, words), { ...around, words, rerun }, commandPorts);
  }

  async function run(call: Call, show: (shown: Shown) => void, amend?: (view: View) => void): Promise<Shown> {
    const first = firstWord(call);
    const always = commands.some((command) => command.name === first && command.always);
    const refusal = always ? undefined : tooMuch(call.person);
    if (refusal) throw new UserError("too-many-commands", refusal);
    // What does no harm is not kept waiting by a Slack that does not tell who somebody is.
    const { zone } = await identities.member(call.person, always ? "look" : "now");
    const { name, rest } = said(call);
    const command = find(commands, call, name, word);
    const localTime = { zone, now: clock.now() };
    return runCommand(command, rest, { call, commands, localTime, word, show, amend });
  }

  function problem(error: unknown): { readonly shown: Shown; readonly refused: boolean } {
    if (error instanceof UserError) return { shown: say(`error.${error.code}` as const, error.line), refused: true };
    if (error instanceof LedgerUnwritable)
      return {
        shown: say(
          "error.ledger-unwritable",
          `${error.message} So Drydock did not do this. Try again when the ledger can be written. Pause and stop are kept meanwhile.`,
        ),
        refused: true,
      };
    if (error instanceof ServerError)
      return { shown: say(`error.server-${error.fault}` as const, error.message), refused: true };
    if (error instanceof SlackError)
      return {
        shown: say(
          "error.slack",
          `Slack gave no usable answer (${error.code}), so nothing was done. Try again in a minute.`,
        ),
        refused: true,
      };
    const id = random.id().slice(0, 8);
    log.error({ id, error }, "a command failed");
    return {
      shown: say(
        "error.bug",
        `Something went wrong in Drydock itself; what you asked may not have been done. The log has it as ${id}.`,
      ),
      refused: false,
    };
  }

  return {
    async call(call, show, amend) {
      const amendAndKeep =
        amend &&
        ((view: View) => {
          amend(view);
          void replyLog.amended(call, view);
        });
      const before: Shown[] = [];
      const showAndKeep = (shown: Shown) => {
        if (show(shown)) before.push(shown);
      };
      let answer: { readonly shown: Shown; readonly refused: boolean };
      try {
        answer = { shown: await run(call, showAndKeep, amendAndKeep), refused: false };
      } catch (error) {
        answer = problem(error);
      }
      await replyLog.write(call, [...before, answer.shown], answer.refused);
      return answer.shown;
    },
    async search(search) {
      try {
        const command = commands.find((known) => known.name === search.command);
        for (const id of pastNamed(projections, { channel: "", words: search.args })) await projections.recall(id);
        return command?.search?.(search, commandPorts) ?? [];
      } catch (error) {
        if (!(error instanceof UserError)) log.error({ error }, "a search failed");
        return [];
      }
    },
  };
}

/** The command that is probably meant, before anything is looked at more closely. */
function firstWord(call: Call): string {
  if (call.via === "button" || call.via === "form") return call.command;
  return /^\s*(\S{1,40})/.exec(call.text)?.[1]?.toLowerCase() ?? "";
}

function said(call: Call): { readonly name: string; readonly rest: readonly string[] } {
  if (call.via === "button" || call.via === "form") return { name: call.command, rest: call.args };
  const [name, ...rest] = splitWords(call.text);
  return { name: (name ?? "status").toLowerCase(), rest };
}

function find<C extends CommandInfo>(commands: readonly C[], call: Call, name: string, word: string): C {
  const typed = call.via === "slash" || call.via === "mention";
  const found = commands.find((command) => command.name === name && (command.group !== undefined || !typed));
  if (found && (call.via !== "mention" || found.inThread)) return found;
  const open = commands
    .filter((command) => command.group !== undefined && (call.via !== "mention" || command.inThread))
    .map((command) => command.name);
  if (found)
    throw new UserError(
      "not-in-a-thread",
      `In a thread Drydock understands ${open.join(", ")}. For the rest use ${word} ${name}.`,
    );
  const near = nearest(name, open);
  throw new UserError(
    "no-such-command",
    `There is no command "${name.slice(0, 60)}".${near ? ` Did you mean ${word} ${near}?` : ""} Example: ${word} upgrade-required. All of them: ${word} help`,
  );
}
