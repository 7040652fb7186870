import { commands } from "../../../commands/index.ts";
import type { Command } from "../../../src/app/command.ts";
import { usageOf } from "../../../src/app/conversation/arguments.ts";

/** The generated part of docs/commands.md: a line for each command, and its flags. */
export function commandTables(): string {
  const shown = commands.filter(({ hidden }) => !hidden);
  const inThread = shown.filter((command) => command.inThread).map(({ name }) => `\`@drydock ${name}\``);
  return [
    "| Command | What it does |",
    "| --- | --- |",
    ...shown.map((command) => `| \`${cell(usage(command))}\` | ${sentence(command.summary)} |`),
    "",
    "In a rollout's thread, mentions do the same for that rollout:",
    `${inThread.join(", ")}.`,
    ...groupedByFlags(shown).flatMap(flagTable),
  ].join("\n");
}

function usage({ name, args }: Command): string {
  return `/agents ${name} ${usageOf({ ...args, flags: {} })}`.trim();
}

/** Commands that share their flags share a table. */
function groupedByFlags(shown: readonly Command[]): readonly (readonly Command[])[] {
  const groups = new Map<string, Command[]>();
  for (const command of shown) {
    const key = JSON.stringify(command.args.flags);
    groups.set(key, [...(groups.get(key) ?? []), command]);
  }
  return [...groups.values()];
}

function flagTable(group: readonly Command[]): readonly string[] {
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
    `Example: \`${group[0]?.args.example}\``,
  ];
}

function sentence(text: string): string {
  return cell(`${text.charAt(0).toUpperCase()}${text.slice(1)}.`);
}

/** A bar would end the cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
