import { count } from "../../../core/format.ts";
import type { Plan, PlannedAgent, PlanOptions } from "../../../model/plan/plan.ts";

/** Why a start means more than what was asked for, or something else; undefined if it means that or less. */
export function widened(asked: Plan, started: Plan): string | undefined {
  if (asked.serverVersion !== started.serverVersion) return "the server has another version";
  return otherAgents(asked, started) ?? otherRelays(asked, started) ?? otherOptions(asked.options, started.options);
}

function everyAgent({ agents, waiting = [] }: Plan): readonly PlannedAgent[] {
  return [...agents, ...waiting];
}

function otherAgents(asked: Plan, started: Plan): string | undefined {
  const known = new Map(everyAgent(asked).map((agent) => [agent.id, agent]));
  const pairs = everyAgent(started).map((agent) => [known.get(agent.id), agent] as const);
  if (pairs.some(([before]) => !before)) return "it has more agents";
  if (pairs.some(([before, now]) => before?.version !== now.version)) return "agents have other versions";
  if (pairs.some(([before, now]) => before?.name !== now.name)) return "agents have other names";
  return pairs.some(([before, now]) => isMoved(before, now)) ? "agents are in other teams" : undefined;
}

/** Teams that were read only once say nothing. */
function isMoved(before: PlannedAgent | undefined, now: PlannedAgent): boolean {
  if (!before?.teams || !now.teams) return false;
  const ids = [before.teams, now.teams].map((teams) => teams.map(({ id }) => id).sort());
  return JSON.stringify(ids[0]) !== JSON.stringify(ids[1]);
}

function otherRelays(asked: Plan, started: Plan): string | undefined {
  const known = new Map((asked.relays ?? []).map((relay) => [relay.id, relay]));
  for (const now of started.relays ?? []) {
    const before = known.get(now.id);
    if (!before) return "it has more relays";
    if (before.version !== now.version) return "relays have other versions";
    const behind = new Set(before.agents.map(({ id }) => id));
    if (now.dark > before.dark || now.agents.some(({ id }) => !behind.has(id)))
      return "more agents are behind its relays";
  }
  return undefined;
}

function otherOptions(asked: PlanOptions, now: PlanOptions): string | undefined {
  const [before, after] = [asked.canary ?? 0, now.canary ?? 0];
  if (now.slots > asked.slots) return `it may use ${count(now.slots, "slot")}, not ${asked.slots}`;
  if (after < before) return `it has ${count(after, "canary", "canaries")}, not ${before}`;
  if (asked.hold && !now.hold) return "it does not wait for a person after its canaries";
  if (asked.emergency !== now.emergency) return now.emergency ? "it is an emergency" : "it is no emergency";
  return asked.reason === now.reason ? undefined : "it has another reason";
}
