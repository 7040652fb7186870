import { type CliCommand, typedName } from "./command.ts";
import { type CliOption, COMMON } from "./parse-words.ts";

/** What an exit code says, whatever the command. */
export const EXIT_CODES = [
  [0, "it worked"],
  [1, "it failed; standard error says why"],
  [2, "the command line is wrong, and nothing was done"],
] as const;

const WIDTH = 100;

/** The help of one command: what it does, its arguments, an example, its exit codes. */
export function helpOf(command: CliCommand): string {
  const { summary, notes, word, example, exits } = command;
  const codes = [
    ["0", exits.done],
    ["1", exits.failed],
    ["2", EXIT_CODES[2][1]],
  ] as const;
  return [
    `Usage: ${usageOf(command)} [options]`,
    "",
    `${summary}.`,
    ...notes.flatMap((note) => wrap(note, WIDTH)),
    ...(word ? ["", "Arguments:", ...table([[word.hint, word.summary]])] : []),
    "",
    "Options:",
    ...optionTable(command),
    "",
    "Example:",
    `  ${example}`,
    "",
    "Exit codes:",
    ...table(codes),
  ].join("\n");
}

/** The list of commands, the options of the bot if it is among them, and what the exit codes mean. */
export function helpOfAll(commands: readonly CliCommand[]): string {
  const bot = commands.find(({ name }) => name === "");
  return [
    ...(bot ? ["Drydock upgrades UrbanCode Deploy agents from Slack.", ""] : []),
    "Commands:",
    ...table(commands.map((command) => [usageOf(command), command.summary])),
    "",
    "drydock COMMAND --help explains one command.",
    ...(bot ? ["", "Options of the bot:", ...optionTable(bot), ...bot.notes.flatMap((note) => wrap(note, WIDTH))] : []),
    "",
    "Exit codes:",
    ...table(EXIT_CODES.map(([code, meaning]) => [String(code), meaning])),
  ].join("\n");
}

function optionTable({ options }: CliCommand): readonly string[] {
  return table(Object.entries({ ...options, ...COMMON }).map(optionRow));
}

/** The name with what the command needs. */
export function usageOf(command: Pick<CliCommand, "name" | "word" | "options">): string {
  const { word, options } = command;
  const name = word?.many ? `${word.hint}…` : word?.hint;
  const required = Object.entries(options).filter(([, option]) => option.required);
  return [
    typedName(command),
    ...(name ? [word?.required ? name : `[${name}]`] : []),
    ...required.map(([option, { hint = "" }]) => `--${option} ${hint}`),
  ].join(" ");
}

function optionRow([name, option]: readonly [string, CliOption]): readonly [string, string] {
  const short = option.short ? `-${option.short}, ` : "";
  const several = option.multiple ? " (a list with commas, or given several times)" : "";
  return [`${short}--${name} ${option.hint ?? ""}`.trim(), `${option.summary}${several}`];
}

/** Two columns; the second is wrapped. */
function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const left = Math.max(...rows.map(([first]) => first.length));
  return rows.flatMap(([first, second]) =>
    wrap(second, WIDTH - left - 4).map((line, i) => `  ${(i === 0 ? first : "").padEnd(left)}  ${line}`),
  );
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
