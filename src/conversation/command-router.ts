import { createCache } from "../core/cache.ts";
import type { Answer, Call } from "../core/call.ts";
import { MENTION } from "../core/mention.ts";
import type { Clock, Log, Random } from "../core/ports.ts";
import { splitWords } from "../core/typed-text.ts";
import { UserError } from "../core/user-error.ts";
import { type Shown, say, textOf, type View } from "../core/view.ts";
import type { Identities } from "../people/identity.ts";
import type { Projections } from "../projections/projections.ts";
import { rolloutOfThread } from "../servers/current-rollout.ts";
import { parseArguments } from "./arguments.ts";
import type { Command, CommandContext } from "./command.ts";
import { findCommand } from "./find-command.ts";
import { createRateLimit } from "./rate-limit.ts";
import type { ReplyLog } from "./reply-log.ts";
import { shownProblem } from "./shown-problem.ts";
import { refuseSecrets, type TypedSecrets } from "./typed-secrets.ts";

const DAY = 24 * 60 * 60_000;
const MAX_HOMES = 1_000;

interface Ports<CommandPorts> {
  readonly commands: readonly Command<CommandPorts>[];
  /** What the commands work with. */
  readonly commandPorts: CommandPorts;
  readonly identities: Pick<Identities, "member">;
  readonly projections: Pick<Projections, "past" | "rollouts" | "recall" | "touch">;
  readonly word: string;
  readonly replyLog: ReplyLog;
  readonly typedSecrets: TypedSecrets;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
}

/** The way in for whatever a person says: finds the command, runs it, and writes down what was asked and what was told. */
export function createCommandRouter<CommandPorts>(ports: Ports<CommandPorts>): Answer {
  const { commands, commandPorts, identities, projections, word, replyLog, typedSecrets, log, clock } = ports;
  const byName = new Map(commands.map((command) => [command.name, command]));
  const on = commands.filter(({ isOff }) => !isOff?.(commandPorts));
  const tooMuch = createRateLimit({ clock });
  const tooManyHomes = createRateLimit({ clock });
  const homes = createCache<string>({ clock, max: MAX_HOMES, ttl: DAY });

  /** What is named stays in memory while the command is at work. These first have to be read from the ledger. */
  function notInMemory(call: Parameters<typeof namedRollouts>[1]): readonly string[] {
    return namedRollouts(projections, call).filter((id) => !projections.touch(id));
  }

  async function runCommand(
    command: Command<CommandPorts>,
    words: readonly string[],
    around: Omit<CommandContext, "words" | "rerun">,
  ): Promise<Shown> {
    for (const id of notInMemory({ ...around.call, words })) await projections.recall(id);
    function rerun([name, ...rest]: readonly string[]): Promise<Shown> | undefined {
      const again = byName.get(name ?? "");
      return again?.group === undefined ? undefined : runCommand(again, rest, around);
    }
    const help = byName.get("help");
    const isTyped = around.call.via === "slash" || around.call.via === "mention";
    if (help && isTyped && words.includes("--help")) return runCommand(help, [command.name], around);
    const example = `${around.word} ${command.args.example}`;
    return command.handler(
      parseArguments({ ...command.args, example }, words),
      { ...around, words, rerun },
      commandPorts,
    );
  }

  function exampleFor(name: string, { thread }: Call): string {
    const { args } = byName.get(name) ?? { args: { example: "help" } };
    return `${thread === undefined ? word : MENTION} ${args.example}`;
  }

  async function run(call: Call, show: (shown: Shown) => void, amend?: (view: View) => boolean): Promise<Shown> {
    const first = firstWord(call);
    const always = byName.get(first)?.always === true;
    const refusal = always ? undefined : tooMuch(call.person);
    if (refusal) throw new UserError("too-many-commands", refusal);
    // What does no harm is not kept waiting by a Slack that does not tell who somebody is.
    const secret = always ? undefined : refuseSecrets(call, { typedSecrets, example: exampleFor(first, call) });
    if (secret) return secret;
    const onWait = (ms: number) => show(say("slack-busy", slackBusy(ms)));
    const { zone } = always
      ? await identities.member(call.person, "look")
      : await identities.member(call.person, "now", onWait);
    const { name, rest } = said(call);
    const here = call.thread === undefined ? word : MENTION;
    const command = findCommand(byName, call, name, here);
    log.info({ callId: call.id, person: call.person, command: command.name }, "a person called a command");
    const localTime = { zone, now: clock.now() };
    return runCommand(command, rest, { call, commands: on, localTime, word: here, show, amend });
  }

  return {
    async call(call, show, amend) {
      const amendAndKeep =
        amend &&
        ((view: View) => {
          const isTold = amend(view);
          if (isTold) void replyLog.amended(call, view);
          return isTold;
        });
      const before: Shown[] = [];
      const showAndKeep = (shown: Shown) => {
        if (show(shown)) before.push(shown);
      };
      let answer: { readonly shown: Shown; readonly refused: boolean };
      try {
        answer = { shown: await run(call, showAndKeep, amendAndKeep), refused: false };
      } catch (error) {
        answer = shownProblem(error, call, ports);
      }
      await replyLog.write(call, [...before, answer.shown], answer.refused);
      return answer.shown;
    },
    async home(person, channel) {
      if (tooManyHomes(person)) return undefined;
      const call = { via: "button", person, channel, command: "home", args: [] } as const;
      let shown: Shown;
      try {
        shown = await run(call, () => {});
      } catch (error) {
        shown = shownProblem(error, call, ports).shown;
      }
      // The page is drawn again and again: only what is new on it is written down.
      const text = textOf(shown);
      if (homes.get(person) !== text) await replyLog.write(call, [shown], false);
      homes.set(person, text);
      return shown;
    },
    async search(search) {
      try {
        const command = byName.get(search.command);
        for (const id of notInMemory({ channel: "", words: search.args })) await projections.recall(id);
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
  if ("command" in call) return call.command;
  return /^\s*(\S{1,40})/.exec(call.text)?.[1]?.toLowerCase() ?? "";
}

function slackBusy(ms: number): string {
  return `Slack allows Drydock no more requests for ${Math.ceil(ms / 1_000)} s. Drydock answers your command after that. Nothing to do.`;
}

function said(call: Call): { readonly name: string; readonly rest: readonly string[] } {
  if (call.via === "shortcut") return { name: call.command, rest: [] };
  if (call.via === "button" || call.via === "form") return { name: call.command, rest: call.args };
  const [name, ...rest] = splitWords(call.text);
  return { name: (name ?? "status").toLowerCase(), rest };
}

/** The most rollouts that one call may name. */
const MAX_NAMED = 5;

/** The rollouts that a call names, by their ids or by being said in their threads. While it is answered they have to be in memory. */
export function namedRollouts(
  projections: Pick<Projections, "past" | "rollouts">,
  call: Pick<Call, "channel" | "thread"> & { readonly words: readonly string[] },
): readonly string[] {
  const { past, rollouts } = projections;
  const { words, channel, thread } = call;
  const named = words
    .flatMap((word) => word.toLowerCase().split(/[\s=.,]+/))
    .filter((word) => past.has(word) || rollouts.has(word));
  if (thread !== undefined) {
    const here = rolloutOfThread(projections, call);
    if (here) named.unshift(here.id);
    else for (const [id, { card }] of past) if (card?.channel === channel && card.ts === thread) named.unshift(id);
  }
  return [...new Set(named)].slice(0, MAX_NAMED);
}
