import type { AgentSeed } from "../../playground/deploy/fleet.ts";

/** Each filter has a value that chooses `web-1.example.com` alone, and one that chooses `web-2.example.com` alone. */
export const FLEET: readonly AgentSeed[] = [
  {
    name: "web-1.example.com",
    tags: ["gold.example.com"],
    relayId: "r1.example.com",
    teams: [{ teamId: "t-1", teamLabel: "web.example.com" }],
    version: "6.2.7.1.960390",
  },
  {
    name: "web-2.example.com",
    tags: ["silver"],
    relayId: "r2",
    teams: [{ teamId: "t-2", teamLabel: "Data" }],
    version: "7.0.5.2.1050384",
  },
  {
    name: "db-3",
    tags: ["bronze"],
    relayId: "r3",
    teams: [{ teamId: "t-3", teamLabel: "Ops" }],
    version: "7.1.0.0.1065023",
  },
];

const ALL = FLEET.map(({ name }) => name);
const [FIRST = "", SECOND = ""] = ALL;

/** The filter (`""` = names as words), its two values, and one that no agent has. */
export const FILTERS = [
  ["--team", "web.example.com", "Data", "Dta"],
  ["--tag", "gold.example.com", "silver", "sliver"],
  ["--relay", "r1.example.com", "r2", "r2-x"],
  ["--name", FIRST, SECOND, "web-2.example.co"],
  ["--exclude", FIRST, SECOND, "web2.example.com"],
  ["--only", FIRST, SECOND, "web-2*x"],
  ["--version", "6.2.7.1", "7.0.5.2", "7.0.5.3"],
  ["", FIRST, SECOND, "web-2.exampel.com"],
] as const satisfies readonly FilterRow[];

export type FilterRow = readonly [flag: string, one: string, two: string, absent: string];

/** How people write a value: what is typed for these values, and the agents that are chosen by it. */
export const WAYS = {
  "a comma list": (one: string, two: string) => ({
    typed: [`${one}, ${two}`, `${one},${two},`],
    agents: [FIRST, SECOND],
  }),
  "back-ticks": (one: string) => ({ typed: [`\`${one}\``, `\`${one}\`,`], agents: [FIRST] }),
  "U+200B and its like": (one: string) => ({
    typed: [`${one}\u200b`, `\u2060${one}\ufeff`, one.replaceAll("-", "\u2011"), one.replaceAll("-", "\u2010")],
    agents: [FIRST],
  }),
} as const;

/** In Slack the workspace makes the link of what is typed; in a terminal it is pasted. */
export const linkOf = (one: string) => `<http://${one}|${one}>`;

/** What is left of the fleet when a filter has chosen these. */
export function chosenBy([flag]: FilterRow, agents: readonly string[]): readonly string[] {
  return flag === "--exclude" ? ALL.filter((name) => !agents.includes(name)) : agents;
}
