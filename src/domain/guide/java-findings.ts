import type { Agent } from "../agent.ts";
import { isNewer } from "../plans/exclusion.ts";
import { byFamily, familyWords, NOTHING } from "./families.ts";
import { count, type Finding } from "./finding.ts";
import { javaMinimum, raisedJava } from "./java.ts";

/** Where the least Java rises between the agents' versions and the one that they are upgraded to. */
export function javaFindings(agents: readonly Agent[], serverVersion: string | undefined): readonly Finding[] {
  const least = javaMinimum(serverVersion);
  if (!least || agents.length === 0) return [];
  const rising = byFamily(agents.filter((agent) => !isNewer(agent, serverVersion)))
    .flatMap(({ agents: members }) => members)
    .filter(({ version }) => raisedJava(version, serverVersion) !== undefined);
  if (rising.length === 0)
    return [
      {
        topic: "java",
        level: "fine",
        sentence: [`No agent passes a version from which more than its Java ${least.java} is wanted.`],
        todo: NOTHING,
      },
    ];
  return [
    {
      topic: "java",
      level: "warn",
      sentence: [
        `${count(rising.length, "agent passes", "agents pass")} the version (${least.from}) from which server and relays need Java ${least.java}: ${familyWords(rising)}. What agents need is not documented apart from it, and which Java a host has does not show here.`,
      ],
      todo: [
        "Look on a host of each kind, with the commands of ",
        { say: "check --agent NAME" },
        "; let canaries go first.",
      ],
      agents: rising,
    },
  ];
}
