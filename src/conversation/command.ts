import type { Call, Search } from "../core/call.ts";
import type { Choice, Shown, View } from "../core/view.ts";
import type { ArgumentSpec, Arguments, ArgumentsOf } from "./arguments.ts";
import type { LocalTime } from "./local-time.ts";

/** What a command knows of the moment in which it was said. */
export interface CommandContext {
  readonly call: Call;
  /** The arguments as they were said. */
  readonly words: readonly string[];
  /** Every command that is switched on, those of buttons too. */
  readonly commands: readonly CommandInfo[];
  /** Runs the command that these words are, if people can type it; undefined if there is none. */
  readonly rerun: (words: readonly string[]) => Promise<Shown> | undefined;
  /** What time it was for the person when they asked. */
  readonly localTime: LocalTime;
  /** What a command begins with where the person is: the slash word as configured, or a mention in a thread. */
  readonly word: string;
  /** Shows something now that the answer will replace, as often as people can be shown it. */
  readonly show: (shown: Shown) => void;
  /** Shows something later in place of the answer, and says whether it still can be; undefined where nothing can be. */
  readonly amend?: ((view: View) => boolean) | undefined;
}

/** The groups of the help, in its order, and what each is for. */
export const COMMAND_GROUPS = {
  Look: "see agents, rollouts, relays, rules and what prevents an upgrade",
  Upgrade: "plan an upgrade: nothing starts before you press Start",
  Steer: "pause, stop, move or hand over rollouts, and freeze servers",
  Me: "see what you may do, and link your own token",
} as const;

/** What is known of a command without running it. */
export interface CommandInfo {
  readonly name: string;
  /** Where the help lists it; left out: only buttons say it. */
  readonly group?: keyof typeof COMMAND_GROUPS;
  readonly summary: string;
  /** In a rollout's thread it means that rollout if no other is named. */
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
  /** Whether the configuration switches it off: the help does not list it then. */
  readonly isOff?: (ports: Ports) => boolean;
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
