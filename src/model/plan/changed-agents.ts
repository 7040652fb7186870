import { type AgentChange, type Cause, cause } from "../../core/cause.ts";
import { everyAgent, type Plan, type PlannedAgent } from "./plan.ts";

/** Why agents with other names or other teams are not what was agreed to; undefined where none has. */
export function renamedOrMoved(before: Plan, now: Plan): Cause | undefined {
  const pairs = pairsOf(before, now);
  const count = (differs: typeof isRenamed) => pairs.filter(([was, is]) => differs(was, is)).length;
  const [renamed, moved] = [count(isRenamed), count(isMoved)];
  return renamed + moved > 0 ? cause("agents-renamed-or-moved", { renamed, moved }) : undefined;
}

/** What differs, agent by agent. */
export function changedAgents(before: Plan, now: Plan): readonly AgentChange[] {
  const known = new Map(everyAgent(before).map((agent) => [agent.id, agent]));
  return everyAgent(now).flatMap((agent) => changeOf(known.get(agent.id), agent) ?? []);
}

/** What differs of one agent; undefined where nothing does that was agreed to. */
export function changeOf(before: PlannedAgent | undefined, now: PlannedAgent): AgentChange | undefined {
  if (!before) return { was: null, is: shownOf(now) };
  const isSame = !isRenamed(before, now) && before.version === now.version && !isMoved(before, now);
  return isSame ? undefined : { was: shownOf(before), is: shownOf(now) };
}

function shownOf({ name, version, teams }: PlannedAgent): AgentChange["is"] {
  return { name, version, teams: teams?.map((team) => ({ id: team.id, name: team.name })) ?? null };
}

function isRenamed(before: PlannedAgent, now: PlannedAgent): boolean {
  return before.name !== now.name;
}

/** Teams that were not read on both occasions say nothing. */
function isMoved(before: PlannedAgent, now: PlannedAgent): boolean {
  if (!before.teams || !now.teams) return false;
  const ids = (agent: PlannedAgent) => (agent.teams ?? []).map(({ id }) => id).sort();
  return ids(before).join() !== ids(now).join();
}

function pairsOf(before: Plan, now: Plan): readonly (readonly [PlannedAgent, PlannedAgent])[] {
  const known = new Map(everyAgent(before).map((agent) => [agent.id, agent]));
  return everyAgent(now).flatMap((agent) => {
    const was = known.get(agent.id);
    return was ? [[was, agent] as const] : [];
  });
}
