import { type Agent, needsUpgrade } from "../../core/agent.ts";
import { count } from "../../core/format.ts";
import { wantedPermissions } from "../../model/policy.ts";
import type { Access } from "../../people/access.ts";
import type { WordedFinding } from "../../phrases/finding-text.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";

/** Where a right is not held for all, agents are asked about one by one: more than so many say nothing new here. */
const MAX_ASKED = 500;

/** On how many of the agents that need an upgrade the person lacks what, as it is computed for a plan. Throws UserError and ServerError. */
export async function rightsFindings(
  server: ManagedServer,
  access: Access,
  agents: readonly Agent[],
): Promise<readonly WordedFinding[]> {
  const wanting = agents.filter(({ status }) => needsUpgrade(status));
  const asked = wanting.slice(0, MAX_ASKED);
  if (asked.length === 0) return [];
  const { missing } = await access.lacks(asked);
  const lacking = new Map<string, number>();
  for (const names of missing.values()) for (const name of names) lacking.set(name, (lacking.get(name) ?? 0) + 1);
  const without = [...missing.values()].filter((names) => names.length > 0).length;
  const of =
    asked.length < wanting.length
      ? `the first ${asked.length} of ${wanting.length.toLocaleString("en")} agents that need an upgrade`
      : count(wanting.length, "agent that needs an upgrade", "agents that need an upgrade");
  if (without === 0)
    return [
      { topic: "preflight", level: "fine", sentence: [`You may upgrade ${allOf(asked, wanting, of)}.`], todo: [] },
    ];
  const what = [...lacking]
    .sort(([, a], [, b]) => b - a)
    .flatMap(([name, n], i) => [i === 0 ? "" : ", ", { data: name }, ` on ${n.toLocaleString("en")}`]);
  return [
    {
      topic: "preflight",
      level: "warn",
      sentence: [`Of ${of} you may not upgrade ${without.toLocaleString("en")}. You lack `, ...what, "."],
      todo: [
        `Ask an administrator of ${server.name} for ${wantedPermissions(server.policy, new Set(lacking.keys())).join(", ")} on their teams, or a person who has them to start it. `,
        { say: "whoami" },
        " shows who you are there.",
      ],
    },
  ];
}

function allOf(asked: readonly Agent[], wanting: readonly Agent[], of: string): string {
  if (wanting.length === 1) return "the agent that needs an upgrade";
  return asked.length < wanting.length ? `all of ${of}` : `all ${of}`;
}
