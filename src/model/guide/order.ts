import { type Agent, isNewer, isTooOldToDeploy } from "../../core/agent.ts";
import { familiesOf } from "../../core/families.ts";
import type { Finding } from "../../core/finding.ts";
import { parseVersion } from "../../core/version.ts";

/** The server first, then its agents: who is ahead of it, and who is so far behind that nothing can be deployed. */
export function orderFindings(agents: readonly Agent[], serverVersion: string | undefined): readonly Finding[] {
  const server = parseVersion(serverVersion ?? "");
  if (!server) return [{ topic: "order", level: "warn", cause: { code: "server-version-unknown", params: {} } }];
  const found = [...newer(agents, server.text), ...upgradeRequired(agents, server.text)];
  const unknown = agents.filter((agent) => parseVersion(agent.version ?? "") === undefined);
  if (unknown.length > 0)
    found.push({
      topic: "order",
      level: "note",
      cause: { code: "agent-versions-unknown", params: { agents: unknown.length } },
      agents: unknown,
    });
  if (found.length > 0) return found;
  return [{ topic: "order", level: "fine", cause: { code: "none-newer", params: { serverVersion: server.text } } }];
}

function newer(agents: readonly Agent[], server: string): Finding[] {
  const ahead = agents.filter((agent) => isNewer(agent, server));
  if (ahead.length === 0) return [];
  const params = { agents: ahead.length, serverVersion: server, families: familiesOf(ahead) };
  return [{ topic: "order", level: "warn", cause: { code: "newer-than-server", params }, agents: ahead }];
}

function upgradeRequired(agents: readonly Agent[], server: string): Finding[] {
  const old = agents.filter((agent) => isTooOldToDeploy(agent.version, server));
  if (old.length === 0) return [];
  const cause = { code: "too-old-to-deploy", params: { agents: old.length } } as const;
  return [{ topic: "order", level: "warn", cause, agents: old }];
}
