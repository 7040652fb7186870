import { commands } from "../../../commands/index.ts";
import { usageOf } from "../../../src/conversation/arguments.ts";
import { COMMAND_GROUPS, type CommandInfo } from "../../../src/conversation/command.ts";

const MAX_FLAGS_IN_USAGE = 5;

/** The generated part of docs/commands.md: a line for each command, and its flags. */
export function commandLists(): string {
  const shown = commands.filter(({ group }) => group !== undefined);
  const inThread = shown.filter((command) => command.inThread).map(({ name }) => `\`@drydock ${name}\``);
  return [
    ...Object.keys(COMMAND_GROUPS).flatMap((group) => groupList(group, shown)),
    "In a rollout's thread, these mentions mean that rollout:",
    `${inThread.join(", ")}.`,
    "",
    ...flagList(shown),
  ].join("\n");
}

function groupList(group: string, shown: readonly CommandInfo[]): readonly string[] {
  return [
    `## ${group}`,
    "",
    ...shown
      .filter((command) => command.group === group)
      .map((command) => `- \`${usage(command)}\`: ${command.summary}`),
    "",
  ];
}

/** Flags that fit into the usage are explained by `/agents help COMMAND` alone. */
function usage({ name, args }: CommandInfo): string {
  // A server that is an argument need not be named by a flag.
  const own = Object.entries(args.flags).filter(([flag]) => flag !== "server" || args.positional?.hint !== "SERVER");
  return `/agents ${name} ${usageOf({ ...args, flags: hasMany({ args }) ? {} : Object.fromEntries(own) })}`.trim();
}

function hasMany({ args }: Pick<CommandInfo, "args">): boolean {
  return Object.keys(args.flags).length > MAX_FLAGS_IN_USAGE;
}

/** The commands with many flags share them. */
function flagList(shown: readonly CommandInfo[]): readonly string[] {
  const commands = shown.filter(hasMany);
  const flags = Object.entries(commands[0]?.args.flags ?? {});
  if (commands.some(({ args }) => JSON.stringify(Object.entries(args.flags)) !== JSON.stringify(flags)))
    throw new Error("These commands do not share their flags: each needs a table of its own.");
  return [
    `## Flags of ${commands.map(({ name }) => `\`${name}\``).join(", ")}`,
    "",
    ...flags.map(([name, { hint, summary }]) => `- \`${`--${name} ${hint}`.trim()}\`: ${summary}`),
  ];
}
