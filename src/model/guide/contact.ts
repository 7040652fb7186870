import { type Agent, isConnected } from "../../core/agent.ts";
import type { Finding } from "../../core/finding.ts";
import { isBehind } from "../../core/version.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** The vendor lists a skew of more than about five minutes among the causes of agents that do not come back. */
const MAX_SKEW = 5 * MINUTE;
/** How often an agent reports is not documented: whoever is shown as connected and was silent for so long is worth a look. */
const SILENT_MINUTES = 15;
const LONG_GONE_DAYS = 30;

/** @param ahead by how many ms the server's clock is ahead of Drydock's; undefined where it does not tell. */
export function clockFindings(ahead: number | undefined): readonly Finding[] {
  if (ahead === undefined) return [{ topic: "preflight", level: "note", cause: { code: "clock-unknown", params: {} } }];
  if (Math.abs(ahead) <= MAX_SKEW) return [];
  return [{ topic: "preflight", level: "warn", cause: { code: "clocks-apart", params: { ahead } } }];
}

/** @param now the server's own time, in ms since 1970. */
export function contactFindings(agents: readonly Agent[], now: number | undefined): readonly Finding[] {
  const told = agents.filter(({ lastContact }) => lastContact !== undefined);
  if (agents.length === 0 || now === undefined) return [];
  if (told.length === 0) return [{ topic: "preflight", level: "note", cause: { code: "contact-unknown", params: {} } }];
  const silentFor = (agent: Agent) => now - (agent.lastContact ?? now);
  const silent = told.filter((agent) => isConnected(agent.status) && silentFor(agent) > SILENT_MINUTES * MINUTE);
  const gone = told.filter((agent) => agent.status === "offline" && silentFor(agent) > LONG_GONE_DAYS * DAY);
  const found: Finding[] = [];
  if (silent.length > 0)
    found.push({
      topic: "preflight",
      level: "warn",
      cause: { code: "silent", params: { agents: silent.length, minutes: SILENT_MINUTES } },
      agents: silent,
    });
  if (gone.length > 0)
    found.push({
      topic: "preflight",
      level: "note",
      cause: { code: "long-offline", params: { agents: gone.length, days: LONG_GONE_DAYS } },
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
      cause: { code: "jms", params: { agents: jms.length, since: WARNED_FROM } },
      agents: jms,
    },
  ];
}
