import { type Agent, isConnected } from "../../core/agent.ts";
import type { Finding } from "../../core/finding.ts";
import { count } from "../../core/format.ts";
import { isBehind } from "../../core/version.ts";

const MINUTE = 60_000;
/** The vendor lists a skew of more than about five minutes among the causes of agents that do not come back. */
const MAX_SKEW = 5 * MINUTE;
/** How often an agent reports is not documented: whoever is shown as connected and was silent for so long is worth a look. */
const SILENT = 15 * MINUTE;
const LONG_GONE = 30 * 24 * 60 * MINUTE;

/** @param ahead by how many ms the server's clock is ahead of Drydock's; undefined where it does not tell. */
export function clockFindings(ahead: number | undefined): readonly Finding[] {
  if (ahead === undefined)
    return [
      {
        topic: "preflight",
        level: "note",
        sentence: [
          "The server does not report its time, so Drydock does not know how long ago agents were in contact.",
        ],
        todo: [
          "Compare its clock with its agents' by hand: more than about five minutes apart is a known cause of agents that stay away.",
        ],
      },
    ];
  if (Math.abs(ahead) <= MAX_SKEW) return [];
  return [
    {
      topic: "preflight",
      level: "warn",
      sentence: [
        `The server's clock is ${Math.round(Math.abs(ahead) / MINUTE).toLocaleString("en")} min ${ahead > 0 ? "ahead of" : "behind"} Drydock's. Agents whose clocks are more than about five minutes from the server's may not come back.`,
      ],
      todo: [
        "Before a rollout correct the server's clock if it is wrong, and check that its agents' hosts have the same time.",
      ],
    },
  ];
}

/** @param now the server's own time, in ms since 1970. */
export function contactFindings(agents: readonly Agent[], now: number | undefined): readonly Finding[] {
  const told = agents.filter(({ lastContact }) => lastContact !== undefined);
  if (agents.length === 0 || now === undefined) return [];
  if (told.length === 0)
    return [
      {
        topic: "preflight",
        level: "note",
        sentence: ["The server does not report when its agents were last in contact."],
        todo: ["Test the connection of a few agents to learn more."],
      },
    ];
  const silentFor = (agent: Agent) => now - (agent.lastContact ?? now);
  const silent = told.filter((agent) => isConnected(agent.status) && silentFor(agent) > SILENT);
  const gone = told.filter((agent) => agent.status === "offline" && silentFor(agent) > LONG_GONE);
  const found: Finding[] = [];
  if (silent.length > 0)
    found.push({
      topic: "preflight",
      level: "warn",
      sentence: [
        `${count(silent.length, "agent is", "agents are")} shown as connected and, by the server's own clock, ${silent.length === 1 ? "has" : "have"} not been in contact for more than ${SILENT / MINUTE} min.`,
      ],
      todo: ["Have their connection tested before a rollout: ", { say: "check --agent NAME --test" }, "."],
      agents: silent,
    });
  if (gone.length > 0)
    found.push({
      topic: "preflight",
      level: "note",
      sentence: [`${count(gone.length, "agent has", "agents have")} been offline for more than 30 days.`],
      todo: [
        "Delete those that are not needed any more. The others need the upgrade when they are back (--include-offline).",
      ],
      agents: gone,
    });
  return found;
}

/** From this version on servers warn of agents that talk JMS. Source: docs/upgrade-guide.md. */
const WARNED_FROM = "7.1.1";

/** Agents that have not gone from JMS to Web; none where the server does not tell how they talk. */
export function jmsFindings(agents: readonly Agent[], serverVersion: string | undefined): readonly Finding[] {
  const jms = agents.filter(({ communication }) => communication?.toUpperCase() === "JMS");
  if (jms.length === 0) return [];
  const warned = isBehind(serverVersion, WARNED_FROM) === false;
  return [
    {
      topic: "path",
      level: warned ? "warn" : "note",
      sentence: [
        `${count(jms.length, "agent talks", "agents talk")} JMS. Servers from ${WARNED_FROM} on warn of that. JMS agents cannot use Web relays.`,
      ],
      todo: [
        "Move agents to Web before you move their relays. The vendor does not document how long servers accept JMS.",
      ],
      agents: jms,
    },
  ];
}
