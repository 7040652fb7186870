import type { Secret } from "../core/secret.ts";
import type { ArgumentSpec, Arguments, ArgumentsOf } from "./arguments.ts";
import type { LocalTime } from "./local-time.ts";
import type { Choice, Shown, View } from "../core/view.ts";

/** Somebody wants something: typed after the slash word, said to the bot in a thread, by a button, or by a form. */
export type Call = {
  /** Slack's id of the person, from the payload's `user` and from nowhere else. */
  readonly person: string;
  readonly channel: string;
  /** The `ts` of the thread's first message, where it was said in a thread or pressed on a message. */
  readonly thread?: string;
} & (
  | {
      readonly via: "slash" | "mention";
      readonly text: string;
      /** The ids of the people whom the text names, by how each of them is written there. */
      readonly people?: Readonly<Record<string, string>>;
    }
  | { readonly via: "button"; readonly command: string; readonly args: readonly string[] }
  | {
      readonly via: "form";
      readonly command: string;
      readonly args: readonly string[];
      readonly values: FormValues;
      /** What was filled into secret fields, by the field's id: apart from the values, which are written down. */
      readonly secrets?: Readonly<Record<string, Secret>>;
    }
);

/** What was filled into a form, by the field's id; empty = nothing. */
export type FormValues = Readonly<Record<string, readonly string[]>>;

/** What is asked while somebody types into a search field. */
export interface Search {
  readonly person: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly field: string;
  readonly query: string;
}

/** The whole of Drydock as Slack sees it. Never throws: whatever goes wrong becomes a sentence. */
export interface Answer {
  /**
   * `show` is called with what could be shown before the answer is there, and says whether the person gets to see it: each replaces
   * what was shown before. `amend` takes what is true since, for half an hour after the answer.
   */
  call(call: Call, show: (shown: Shown) => boolean, amend?: (view: View) => void): Promise<Shown>;
  search(search: Search): Promise<readonly Choice[]>;
}

/** What a command knows of the moment in which it was said. */
export interface CommandContext {
  readonly call: Call;
  /** The arguments as they were said. */
  readonly words: readonly string[];
  /** Every command that Drydock has, those of buttons too. */
  readonly commands: readonly CommandInfo[];
  /** Runs the command that these words are, if people can type it; undefined if there is none. */
  readonly rerun: (words: readonly string[]) => Promise<Shown> | undefined;
  /** What time it was for the person when they asked. */
  readonly localTime: LocalTime;
  /** The slash word as configured, e.g. `/agents`. */
  readonly word: string;
  /** Shows something now that the answer will replace. */
  readonly show: (shown: Shown) => void;
  /** Shows something later in place of the answer; undefined where nothing can be. */
  readonly amend?: ((view: View) => void) | undefined;
}

/** In which order the help lists them. */
export const COMMAND_GROUPS = ["Servers", "Plans", "Rollouts", "You"] as const;

/** What is known of a command without running it. */
export interface CommandInfo {
  readonly name: string;
  /** Where the help lists it; left out: only buttons say it. */
  readonly group?: (typeof COMMAND_GROUPS)[number];
  readonly summary: string;
  /** Understood in a rollout's thread too. */
  readonly inThread?: boolean;
  /** Of no use to somebody whom no server knows. */
  readonly needsIdentity?: boolean;
  /** Always taken, however much the person has asked for already. */
  readonly always?: boolean;
  readonly args: ArgumentSpec;
}

/** One thing that a person can say. `Ports`: what it works with, and nothing else. */
export interface Command<Ports> extends CommandInfo {
  readonly handler: (args: Arguments, context: CommandContext, ports: Ports) => Promise<Shown>;
  /** What fits into a search field of the form that the command opens. */
  readonly search?: (search: Search, ports: Ports) => readonly Choice[];
}

interface CommandSpec<Ports, Spec extends ArgumentSpec> extends Omit<Command<Ports>, "args" | "handler"> {
  readonly args: Spec;
  readonly handler: (args: ArgumentsOf<Spec["flags"]>, context: CommandContext, ports: Ports) => Promise<Shown>;
}

/** The same command: the flags that its handler may read are those that it declares, the ports those that it names. */
export function defineCommand<Ports, const Spec extends ArgumentSpec>(spec: CommandSpec<Ports, Spec>): Command<Ports> {
  return spec;
}

/** What a command of this kind works with. */
export type PortsOf<C> = [C] extends [Command<infer Ports>] ? Ports : never;
