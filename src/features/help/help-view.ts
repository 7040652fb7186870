import { usageOf } from "../../conversation/arguments.ts";
import { COMMAND_GROUPS, type CommandInfo } from "../../conversation/command.ts";
import { type Button, data, type Line, type View } from "../../core/view.ts";

export type Group = keyof typeof COMMAND_GROUPS;
export const GROUPS = Object.keys(COMMAND_GROUPS) as readonly Group[];

interface Help {
  /** What people can type and is switched on. */
  readonly commands: readonly CommandInfo[];
  /** What each begins with where the person is. */
  readonly word: string;
  /** What this person may not do; undefined where nothing is known to be missing. */
  readonly mark: Line | undefined;
}

/** The four groups, a line each. */
export function helpView({ commands, word, mark }: Help): View {
  const inThread = namesOf(commands.filter((command) => command.inThread));
  const lines = GROUPS.map((group): Line => [{ bold: group }, `: ${namesOf(inGroup(commands, group))}`]);
  return {
    key: "help",
    summary: ["Drydock upgrades agents, never more than ten at a time on a server."],
    parts: [
      {
        kind: "text",
        lines: [
          ["Drydock upgrades agents, never more than ten at a time on a server."],
          ...(mark ? [mark] : []),
          ...lines,
        ],
      },
      {
        kind: "note",
        lines: [
          [
            data(`${word} help upgrade`),
            " explains one command. In a rollout's thread, mention @drydock: ",
            inThread,
            ".",
          ],
        ],
      },
      { kind: "buttons", buttons: GROUPS.map(groupButton) },
    ],
  };
}

/** The commands of one group, a line each. */
export function groupView(group: Group, { commands, word, mark }: Help): View {
  const summary: Line = [{ bold: group }, `: ${COMMAND_GROUPS[group]}.`];
  const lines = inGroup(commands, group).map(
    (command): Line => [data(`${word} ${usage(command)}`), ` ${command.summary}`],
  );
  return {
    key: "help-group",
    summary,
    parts: [
      { kind: "text", lines: [summary, ...(mark ? [mark] : []), ...lines] },
      { kind: "buttons", buttons: GROUPS.filter((other) => other !== group).map(groupButton) },
    ],
  };
}

/** One command with its flags. */
export function commandView(command: CommandInfo, { word, mark }: Pick<Help, "word" | "mark">): View {
  const { name, args, summary } = command;
  const flags = Object.entries(args.flags).map(
    ([flag, { hint, summary: said }]): Line => [data(`--${flag} ${hint}`.trim()), ` ${said}`],
  );
  const head: Line = [data(`${word} ${name} ${usageOf(args)}`.trim()), ` ${summary}`];
  const example: Line = ["Example: ", data(`${word} ${args.example}`)];
  return {
    key: "help-command",
    summary: head,
    parts: [{ kind: "text", lines: [head, ...(mark ? [mark] : []), ...flags, example] }],
  };
}

function groupButton(group: Group): Button {
  return { label: group, command: "help", args: [group] };
}

function inGroup(commands: readonly CommandInfo[], group: Group): readonly CommandInfo[] {
  return commands.filter((command) => command.group === group);
}

function namesOf(commands: readonly CommandInfo[]): string {
  return commands.map(({ name }) => name).join(", ");
}

function usage({ name, args }: CommandInfo): string {
  return `${name} ${usageOf({ ...args, flags: {} })}`.trim();
}
