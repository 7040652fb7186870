import type { ArgumentSpec, Arguments } from "./arguments.ts";
import type { Services } from "./services.ts";
import type { View } from "./view.ts";

/** Somebody wants something: typed after the slash word, said to the bot in a thread, or by a button. */
export type Call = {
  /** Slack's id of the person, from the payload's `user` and from nowhere else. */
  readonly person: string;
  readonly channel: string;
  /** The `ts` of the thread's first message, where it was said in a thread or pressed on a message. */
  readonly thread?: string;
} & (
  | { readonly via: "slash" | "mention"; readonly text: string }
  | { readonly via: "button"; readonly command: string; readonly args: readonly string[] }
);

/** What the person is told, for their eyes alone. */
export interface Reply {
  readonly view: View;
}

/** The whole of Drydock as Slack sees it. Never throws: whatever goes wrong becomes a sentence. */
export type Answer = (call: Call) => Promise<Reply>;

export interface CommandContext {
  readonly call: Call;
  readonly services: Services;
  /** The slash word as configured, e.g. `/agents`. */
  readonly word: string;
}

/** One thing that a person can say. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Only buttons say it: not in the help. */
  readonly hidden?: boolean;
  /** Understood in a rollout's thread too. */
  readonly inThread?: boolean;
  readonly args: ArgumentSpec;
  /** `words` are the arguments as they were said. */
  handler(args: Arguments, context: CommandContext, words: readonly string[]): Promise<View>;
}

export function defineCommand(command: Command): Command {
  return command;
}
