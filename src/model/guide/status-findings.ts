import { type Agent, type AgentStatus, unknownStatuses } from "../../core/agent.ts";
import type { Finding } from "../../core/finding.ts";

interface StatusRule {
  readonly statuses: readonly AgentStatus[];
  readonly level: Finding["level"];
  readonly code: "upgrade-required" | "error-or-connecting" | "offline" | "never-contacted" | "upgrade-recommended";
}

const STATUSES: readonly StatusRule[] = [
  { statuses: ["upgrade-required"], level: "warn", code: "upgrade-required" },
  { statuses: ["error", "connecting"], level: "warn", code: "error-or-connecting" },
  { statuses: ["offline"], level: "note", code: "offline" },
  { statuses: ["never-contacted"], level: "note", code: "never-contacted" },
  { statuses: ["upgrade-recommended"], level: "note", code: "upgrade-recommended" },
];

function knownFindings(agents: readonly Agent[]): readonly Finding[] {
  return STATUSES.flatMap(({ statuses, level, code }): readonly Finding[] => {
    const some = agents.filter(({ status }) => statuses.includes(status));
    if (some.length === 0) return [];
    return [{ topic: "preflight", level, cause: { code, params: { agents: some.length } }, agents: some }];
  });
}

/** Never taken for fine: one of them may be how this server says that an upgrade is needed. */
function unknownFindings(agents: readonly Agent[]): readonly Finding[] {
  const some = agents.filter(({ status }) => status === "unknown");
  if (some.length === 0) return [];
  const params = { agents: some.length, statuses: unknownStatuses(some) };
  return [{ topic: "preflight", level: "warn", cause: { code: "unknown-status", params }, agents: some }];
}

/** What the statuses say, the vendor's own judgement first. */
export function statusFindings(agents: readonly Agent[]): readonly Finding[] {
  if (agents.length === 0)
    return [{ topic: "preflight", level: "warn", cause: { code: "no-agents-visible", params: {} } }];
  const found = [...knownFindings(agents), ...unknownFindings(agents)];
  if (found.length > 0) return found;
  return [{ topic: "preflight", level: "fine", cause: { code: "all-online", params: {} } }];
}

/**
 * Two agents of one name are among the vendor's known causes of agents that do not come back.
 * @param concerns whom it is about; whose name they share may be any other one.
 */
export function duplicateFindings(
  agents: readonly Agent[],
  concerns: (agent: Agent) => boolean = () => true,
): readonly Finding[] {
  const named = new Map<string, Agent[]>();
  for (const agent of agents) {
    const same = named.get(agent.name.toLowerCase());
    if (same) same.push(agent);
    else named.set(agent.name.toLowerCase(), [agent]);
  }
  const twice = [...named.values()]
    .filter((same) => same.length > 1)
    .flat()
    .filter(concerns);
  if (twice.length === 0) return [];
  const cause = { code: "names-shared", params: { agents: twice.length } } as const;
  return [{ topic: "preflight", level: "warn", cause, agents: twice }];
}
