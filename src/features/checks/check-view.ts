import { LEVELS } from "../../core/finding.ts";
import { names } from "../../core/format.ts";
import { type Button, data, type Line, type Part, type View } from "../../core/view.ts";
import type { HostLook } from "../../model/guide/host.ts";
import type { WordedFinding } from "../../phrases/finding-text.ts";
import { type Saying, SIGNS, spoken } from "../../phrases/finding-words.ts";
import { javaWords } from "../../phrases/java-words.ts";
import type { NamedFinding, ServerReport } from "./check-server.ts";
import type { HostReport } from "./host-report.ts";

/** Everything that was found, worst first, each with what to do about it. */
export function reportView(report: ServerReport, saying: Saying): View {
  const { server, serverVersion, findings } = report;
  const tally = LEVELS.flatMap((level) => {
    const n = findings.filter((finding) => finding.level === level).length;
    return n > 0 ? [`${n} ${level}`] : [];
  }).join(", ");
  const fine = findings.filter(({ level }) => level === "fine");
  const rest = findings.filter(({ level }) => level !== "fine");
  const parts: Part[] = [
    { kind: "heading", text: `Check of ${server}: ${tally}` },
    {
      kind: "text",
      lines: [
        [
          `${report.agents.toLocaleString("en")} agents; the server is at `,
          serverVersion ? data(serverVersion) : "a version that it does not report",
          ".",
        ],
      ],
    },
    { kind: "text", lines: rest.map((finding) => findingLine(finding, saying)) },
  ];
  if (fine.length > 0) parts.push({ kind: "note", lines: fine.map((finding) => findingLine(finding, saying)) });
  parts.push({ kind: "buttons", buttons: buttonsOf(report) });
  return { key: "check", summary: [`Check of ${server}: ${tally}`], parts };
}

/** The way between two versions alone, of no server in particular. */
export function wayView(from: string, to: string, findings: readonly WordedFinding[], saying: Saying): View {
  const headline = `The path from ${from} to ${to}`;
  return {
    key: "upgrade-path",
    summary: [headline],
    parts: [
      { kind: "heading", text: headline },
      { kind: "text", lines: findings.map((finding) => findingLine({ ...finding, names: [] }, saying)) },
    ],
  };
}

function findingLine({ level, topic, sentence, todo, names: some, agents = [] }: NamedFinding, saying: Saying): Line {
  const such: Line = some.length > 0 ? [agents.length > some.length ? " Such as " : " ", ...names(some), "."] : [];
  return [
    { bold: `${SIGNS[level]}, ${topic}` },
    ": ",
    ...spoken(sentence, saying),
    ...such,
    ...(todo.length > 0 ? [" → ", ...spoken(todo, saying)] : []),
  ];
}

function buttonsOf({ server, example }: ServerReport): readonly Button[] {
  const again: Button = { label: "Check again", command: "check", args: [server] };
  if (example === undefined) return [again];
  const test: Button = {
    label: "Test a few connections",
    command: "check",
    args: [server, "--test"],
    confirm: {
      title: "Test a few connections?",
      text: `Drydock asks the server once to test its connection to up to 3 agents of ${server} that need an upgrade. What this does on an agent is not documented. It requires the permissions of an upgrade.`,
      yes: "Test",
      no: "Not now",
    },
  };
  const host: Button = { label: "Commands for a host", command: "check", args: [server, `--agent=${example}`] };
  return [again, test, host];
}

const LOOKS: Readonly<Record<HostLook, string>> = {
  home: "where it is, as the account that runs it",
  "home-in-powershell": "where it is, in PowerShell, as the account that runs it",
  "working-directory": "its working directory",
  "jar-access": "execute, read and write on the jar",
  "jar-read-write": "read and write on the jar",
  "jar-owners": "who may do what with the jar",
  "directory-access": "access to every directory of the upgrade",
  "disk-room": "room on the disks",
  // Where an agent's own setting is kept is not known.
  java: "the Java of this account's shell, which need not be the one that the agent runs on",
  clock: "its clock",
};

/** What to run on one agent's host. */
export function hostView({ server, agent, os, platforms, java, unsupportedPlatforms }: HostReport): View {
  const head: Line = ["What only the host shows, for ", data(agent.name), ` on ${server}`];
  const about: Line = [
    "At version ",
    agent.version ? data(agent.version) : "(not reported)",
    ", on ",
    os ? data(os) : "a platform that it does not report: the commands for both",
    ". Run them as the account that runs the agent.",
  ];
  const parts: Part[] = [{ kind: "text", lines: [head, about, ...(unsupportedPlatforms ? platformLine(os) : [])] }];
  for (const { platform, commands, known } of platforms) {
    parts.push({
      kind: "text",
      lines: [
        [{ bold: platform }],
        ...(known
          ? []
          : [["Drydock does not know its installation folder in a form that is safe to paste: fill it in first."]]),
        ...commands.map(({ what, command }): Line => [`${LOOKS[what]}: `, data(command)]),
      ],
    });
  }
  const lines: Line[] = [["A compact agent has the jar in var/upgrade at any version."]];
  if (platforms.some(({ known }) => known))
    lines.unshift(["AGENT_HOME is taken from the agent's working directory: correct it if it is another one."]);
  if (java) lines.push(javaWords(java));
  parts.push({ kind: "note", lines });
  parts.push({ kind: "buttons", buttons: [{ label: "Back to the check", command: "check", args: [server] }] });
  return { key: "host-commands", summary: head, parts };
}

function platformLine(os: string | undefined): readonly Line[] {
  return [["Agents on ", data(os ?? ""), " upgrade in their own way: follow the vendor's own procedure for them."]];
}
