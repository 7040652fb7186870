import { commands } from "../../../commands/index.ts";
import { usageOf } from "../../../src/conversation/arguments.ts";
import { COMMAND_GROUPS, type CommandInfo } from "../../../src/conversation/command.ts";

/** The generated part of docs/commands.md: a line for each command, and its flags. */
export function commandTables(): string {
  const shown = commands.filter(({ group }) => group !== undefined);
  const inThread = shown.filter((command) => command.inThread).map(({ name }) => `\`@drydock ${name}\``);
  return [
    ...Object.entries(COMMAND_GROUPS).flatMap(([group, about]) => groupTable(group, about, shown)),
    "In a rollout's thread, these mentions mean that rollout:",
    `${inThread.join(", ")}.`,
    "Every other command works there too, as a mention.",
    "",
    "## Flags",
    ...groupedByFlags(shown).flatMap(flagTable),
  ].join("\n");
}

function groupTable(group: string, about: string, shown: readonly CommandInfo[]): readonly string[] {
  return [
    `## ${group}`,
    "",
    sentence(about),
    "",
    "| Command | What it does |",
    "| --- | --- |",
    ...shown
      .filter((command) => command.group === group)
      .map((command) => `| \`${cell(usage(command))}\` | ${sentence(command.summary)} |`),
    "",
  ];
}

function usage({ name, args }: CommandInfo): string {
  return `/agents ${name} ${usageOf({ ...args, flags: {} })}`.trim();
}

/** Commands that share their flags share a table. */
function groupedByFlags(shown: readonly CommandInfo[]): readonly (readonly CommandInfo[])[] {
  const groups = new Map<string, CommandInfo[]>();
  for (const command of shown) {
    const key = JSON.stringify(command.args.flags);
    groups.set(key, [...(groups.get(key) ?? []), command]);
  }
  return [...groups.values()];
}

function flagTable(group: readonly CommandInfo[]): readonly string[] {
  const flags = Object.entries(group[0]?.args.flags ?? {});
  if (flags.length === 0) return [];
  return [
    "",
    `### ${group.map(({ name }) => `\`${name}\``).join(", ")}`,
    "",
    "| Flag | What it does |",
    "| --- | --- |",
    ...flags.map(([name, { hint, summary }]) => `| \`${`--${name} ${hint}`.trim()}\` | ${sentence(summary)} |`),
    "",
    `Example: \`/agents ${group[0]?.args.example}\``,
  ];
}

function sentence(text: string): string {
  return cell(`${text.charAt(0).toUpperCase()}${text.slice(1)}.`);
}

/** A bar would end the cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
