import { type Agent, isNewer, isTooOldToDeploy } from "../../core/agent.ts";
import { familyWords, NOTHING } from "../../core/families.ts";
import type { Finding } from "../../core/finding.ts";
import { count } from "../../core/format.ts";
import { parseVersion } from "../../core/version.ts";

/** The server first, then its agents: who is ahead of it, and who is so far behind that nothing can be deployed. */
export function orderFindings(agents: readonly Agent[], serverVersion: string | undefined): readonly Finding[] {
  const server = parseVersion(serverVersion ?? "");
  if (!server)
    return [
      {
        topic: "order",
        level: "warn",
        sentence: [
          "The server does not report its version, so Drydock does not know whether agents are newer, or to which version it upgrades them.",
        ],
        todo: ["Look it up there; for the way between two versions: ", { say: "check --from 6.2.7.1 --to 7.3" }, "."],
      },
    ];
  const found = [...newer(agents, server.text), ...upgradeRequired(agents, server.text)];
  const unknown = agents.filter((agent) => parseVersion(agent.version ?? "") === undefined);
  if (unknown.length > 0)
    found.push({
      topic: "order",
      level: "note",
      sentence: [
        `${count(unknown.length, "agent reports", "agents report")} no version, so no count by version includes ${unknown.length === 1 ? "it" : "them"}.`,
      ],
      todo: ["The server's own list may show why."],
      agents: unknown,
    });
  return found.length > 0
    ? found
    : [
        {
          topic: "order",
          level: "fine",
          sentence: ["No agent is newer than the server, at ", { data: server.text }, "."],
          todo: NOTHING,
        },
      ];
}

function newer(agents: readonly Agent[], server: string): Finding[] {
  const ahead = agents.filter((agent) => isNewer(agent, server));
  if (ahead.length === 0) return [];
  return [
    {
      topic: "order",
      level: "warn",
      sentence: [
        `${count(ahead.length, "agent is", "agents are")} newer than the server, at `,
        { data: server },
        ` (${familyWords(ahead)}): plans leave them out.`,
      ],
      todo: ["Upgrade the server first."],
      agents: ahead,
    },
  ];
}

function upgradeRequired(agents: readonly Agent[], server: string): Finding[] {
  const old = agents.filter((agent) => isTooOldToDeploy(agent.version, server));
  if (old.length === 0) return [];
  return [
    {
      topic: "order",
      level: "warn",
      sentence: [
        `${count(old.length, "agent is", "agents are")} older than 4.8.5. A server of 6.0 or later runs no deployments on such agents: the vendor calls this Upgrade Required.`,
      ],
      todo: ["Upgrade them first: ", { say: "upgrade * --version <4.8.5" }, "."],
      agents: old,
    },
  ];
}
