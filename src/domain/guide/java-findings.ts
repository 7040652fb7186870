import type { Agent } from "../agent.ts";
import { isNewer } from "../plans/exclusion.ts";
import type { Policy } from "../policy.ts";
import { parseVersion } from "../version.ts";
import { byFamily, familyWords, NOTHING } from "./families.ts";
import { count, type Finding, type Sentence } from "./finding.ts";
import { CONFIGURED, javaMinimum, raisedJava } from "./java.ts";

/** Where the least Java rises between the agents' versions and the one that they are upgraded to, by the rules that plans go by. */
export function javaFindings(
  agents: readonly Agent[],
  serverVersion: string | undefined,
  { minimums, property }: Policy["java"],
): readonly Finding[] {
  const least = javaMinimum(serverVersion, minimums);
  if (!least || agents.length === 0) return [];
  const isTold = ({ version }: Agent) => parseVersion(version ?? "") !== undefined;
  const told = agents.filter(isTold);
  const untold = agents.filter((agent) => !isTold(agent));
  const rising = byFamily(told.filter((agent) => !isNewer(agent, serverVersion)))
    .flatMap(({ agents: members }) => members)
    .filter(({ version }) => raisedJava(version, serverVersion, minimums) !== undefined);
  const found: Finding[] = [];
  if (rising.length > 0) {
    const who = least.source === CONFIGURED ? "by the configuration they need" : "server and relays need";
    found.push({
      topic: "java",
      level: "warn",
      sentence: [
        `${count(rising.length, "agent passes", "agents pass")} the version (${least.from}) from which ${who} Java ${least.java}: ${familyWords(rising)}.`,
        ...(least.source === CONFIGURED ? [] : [" What agents need is not documented apart from it."]),
        ...hostWords(property),
      ],
      todo: [
        "Look on a host of each kind, with the commands of ",
        { say: "check --agent NAME" },
        "; let canaries go first.",
      ],
      agents: rising,
    });
  }
  if (untold.length > 0)
    found.push({
      topic: "java",
      level: "note",
      sentence: [
        `Of ${count(untold.length, "agent", "agents")} the version is not told: whether they pass the one (${least.from}) from which Java ${least.java} is wanted is not known.`,
      ],
      todo: ["Plans take them for such as need it: look at their hosts, or let canaries go first."],
      agents: untold,
    });
  if (found.length > 0) return found;
  return [
    {
      topic: "java",
      level: "fine",
      sentence: [`No agent passes a version from which more than its Java ${least.java} is wanted.`],
      todo: NOTHING,
    },
  ];
}

function hostWords(property: string | null): Sentence {
  if (property === null) return [" Which Java a host has does not show here."];
  return [" Which Java a host has is not read here: plans read ", { data: property }, " of their agents for it."];
}
