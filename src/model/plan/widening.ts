import { type AgentChange, type Cause, cause } from "../../core/cause.ts";
import { everyAgent, newBehind, type Plan, type PlannedAgent } from "./plan.ts";

/** Why a plan means more, or something else, than the one that was agreed to; undefined where it means that or less. */
export function widening(before: Plan, now: Plan): Cause | undefined {
  if (before.serverVersion !== now.serverVersion)
    return cause("server-version-differs", { before: before.serverVersion, now: now.serverVersion });
  const versions = new Map(everyAgent(before).map((agent) => [agent.id, agent.version]));
  const relays = relayWidening(before, now);
  if (relays !== undefined) return relays;
  const added = everyAgent(now).filter((agent) => !versions.has(agent.id)).length;
  if (added > 0) return cause("agents-added", { agents: added });
  const changed = everyAgent(now).filter((agent) => versions.get(agent.id) !== agent.version);
  if (changed.length > 0) return cause("agent-versions-differ", { agents: changed.length });
  const { options } = now;
  const same = options.reason === before.options.reason && (options.canary ?? 0) >= (before.options.canary ?? 0);
  const held = options.hold === true || before.options.hold !== true;
  const emergency = options.emergency === before.options.emergency;
  return same && held && emergency && options.slots <= before.options.slots ? undefined : cause("options-differ");
}

/** Where a plan would take more relays, or more agents with them, than the one that was agreed to. */
function relayWidening(before: Plan, now: Plan): Cause | undefined {
  const known = new Map((before.relays ?? []).map((relay) => [relay.id, relay]));
  for (const relay of now.relays ?? []) {
    const earlier = known.get(relay.id);
    if (!earlier) return cause("relays-added");
    if (earlier.version !== relay.version) return cause("relay-version-differs");
    if (newBehind(earlier, relay.agents).length > 0 || relay.dark > earlier.dark) return cause("more-behind-relays");
  }
  return undefined;
}

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
