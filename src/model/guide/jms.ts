import type { Agent } from "../../core/agent.ts";
import { isBehind } from "../../core/families.ts";
import { count, type Finding } from "../../core/finding.ts";

/** From this version on servers warn of agents that talk JMS. Source: docs/urbancode-deploy.md, "Order of versions". */
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
