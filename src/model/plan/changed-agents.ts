import { everyAgent, type Plan, type PlannedAgent } from "./plan.ts";

/** A sentence where agents have other names or other teams than was agreed to; undefined where none has. */
export function renamedOrMoved(before: Plan, now: Plan): string | undefined {
  const pairs = pairsOf(before, now);
  const count = (differs: typeof isRenamed) => pairs.filter(([was, is]) => differs(was, is)).length;
  const [renamed, moved] = [count(isRenamed), count(isMoved)];
  const said = [
    ...(renamed > 0 ? [`${renamed} of the agents ${renamed === 1 ? "has another name" : "have other names"}`] : []),
    ...(moved > 0 ? [`${moved} of the agents ${moved === 1 ? "is" : "are"} on other teams`] : []),
  ];
  return said.length > 0 ? `${said.join(", and ")} now than when this plan was made.` : undefined;
}

/** What differs, agent by agent: `web-2 6.2.7.1.5, now 6.2.7.2.1`. Names come from the server. */
export function changedAgents(before: Plan, now: Plan): readonly string[] {
  const known = new Map(everyAgent(before).map((agent) => [agent.id, agent]));
  return everyAgent(now).flatMap((agent) => changeOf(known.get(agent.id), agent) ?? []);
}

/** What differs of one agent; undefined where nothing does that was agreed to. */
export function changeOf(before: PlannedAgent | undefined, now: PlannedAgent): string | undefined {
  const { name, version, teams = [] } = now;
  if (!before) return `${name} (new), now ${version ?? "unknown"}`;
  const said = [
    ...(isRenamed(before, now) ? [`now ${name}`] : []),
    ...(before.version === version ? [] : [`${before.version ?? "unknown version"}, now ${version ?? "unknown"}`]),
    ...(isMoved(before, now) ? [`on ${teamWords(before.teams)}, now on ${teamWords(teams)}`] : []),
  ];
  if (said.length === 0) return undefined;
  return isRenamed(before, now) ? `${before.name}, ${said.join(", ")}` : `${name} ${said.join(", ")}`;
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

function teamWords(teams: PlannedAgent["teams"] = []): string {
  return teams.length === 0 ? "no team" : teams.map(({ name }) => name).join(" and ");
}
