import type { Environment } from "../config/environment.ts";
import { loadConfig } from "../config/load.ts";
import { ConfigError } from "../config/problem.ts";
import { lineText } from "../core/view.ts";
import { aboutText, type DoctorFinding, type DoctorLevel, inOrder, levelCounts } from "../features/doctor/finding.ts";
import type { CliPorts } from "./cli-ports.ts";
import { defineCommand } from "./command.ts";
import { CONFIG, configFile } from "./config-option.ts";

/** A finding as it is printed. */
interface Printed {
  readonly level: DoctorLevel;
  readonly code: string;
  readonly about: string;
  readonly sentence: string;
  readonly remedy: string;
}

export const doctor = defineCommand({
  name: "doctor",
  summary: "Finds mistakes in settings, Slack, servers and ledger",
  notes: [
    "It only reads, and may run beside the bot. It needs the bot's configuration and environment.",
    "Each finding has its remedy.",
  ],
  options: CONFIG,
  example: "drydock doctor --config drydock.yml",
  exits: { done: "there is no problem; there may be warnings", failed: "there are problems" },
  async run({ values }, ports) {
    const found = await examine(configFile(values, ports.env), ports.env, ports);
    const failed = found.some(({ level }) => level === "problem");
    return { text: textOf(found), json: { findings: found }, failed };
  },
});

async function examine(file: string, env: Environment, ports: CliPorts): Promise<readonly Printed[]> {
  try {
    const config = loadConfig({ file, env });
    const doctor = await ports.openDoctor(config);
    try {
      const found = await doctor.examine();
      return inOrder([...config.warnings.map(unsafe), ...found.map(toPrinted)]);
    } finally {
      await doctor.close();
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ where, what }) => ({
      level: "problem",
      code: "configuration",
      about: "configuration",
      sentence: `${where}: ${what}.`,
      remedy: "Correct this first: doctor looks at the rest when the configuration is right.",
    }));
  }
}

function unsafe(sentence: string): Printed {
  const remedy = "Change this setting in the configuration: docs/configuration.md explains it.";
  return { level: "warning", code: "configuration-warning", about: "configuration", sentence, remedy };
}

function toPrinted({ level, code, about, sentence, remedy }: DoctorFinding): Printed {
  return { level, code, about: aboutText(about), sentence: lineText(sentence), remedy: lineText(remedy) };
}

function textOf(found: readonly Printed[]): string {
  const lines = found.flatMap(({ level, code, about, sentence, remedy }) => [
    `${level.padEnd(9)} ${about}, ${code}: ${sentence}`,
    ...(remedy === "" ? [] : [`${"".padEnd(9)} → ${remedy}`]),
  ]);
  return [...lines, "", `${levelCounts(found)}.`].join("\n");
}
