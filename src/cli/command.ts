import type { CliPorts } from "./cli-ports.ts";
import { type CliOptions, type CliWord, parseWords, type Values } from "./parse-words.ts";
import type { StyledLine } from "./styled-text.ts";

/** One command of the terminal, as data: the parser, its help and docs/command-line.md read the same fields. */
export interface CommandSpec<O extends CliOptions> {
  /** One or two words, e.g. `config check`; empty for the bot itself. */
  readonly name: string;
  /** One line for the list of commands, without a full stop. */
  readonly summary: string;
  /** What a person has to know before the first use, one line each. */
  readonly notes: readonly string[];
  /** The argument that is no option. Left out: there is none. */
  readonly word?: CliWord;
  readonly options: O;
  readonly example: string;
  /** What the exit codes 0 and 1 mean here. */
  readonly exits: { readonly done: string; readonly failed: string };
  /** The answer for standard output; undefined if there is none. */
  run(
    given: { readonly words: readonly string[]; readonly values: Values<O> },
    ports: CliPorts,
  ): Promise<Answer | undefined>;
}

/** What goes to standard output. */
export interface Answer {
  /** For people. */
  readonly text: string | readonly StyledLine[];
  /** The same for programs, with --json. */
  readonly json: unknown;
  /** It ends with the exit code 1 all the same. */
  readonly failed?: boolean;
}

export interface CliCommand extends Omit<CommandSpec<CliOptions>, "run"> {
  /** @param argv what follows the command's name. Throws UsageError. */
  run(argv: readonly string[], ports: CliPorts): Promise<Answer | undefined>;
}

export function defineCommand<const O extends CliOptions>(spec: CommandSpec<O>): CliCommand {
  return { ...spec, run: async (argv, ports) => spec.run(parseWords(spec, argv), ports) };
}

/** How a person types it: `drydock config check`. */
export function typedName({ name }: Pick<CliCommand, "name">): string {
  return `drydock ${name}`.trim();
}
