import { type AgentStatus, isConnected, needsUpgrade } from "../../core/agent.ts";

/** How many agents a server has in each status. */
export type StatusCounts = ReadonlyMap<AgentStatus, number>;

/** The counts without these agents, each of which is in the given status. */
export function without(counts: StatusCounts, agents: Iterable<AgentStatus>): StatusCounts {
  return added(counts, agents, -1);
}

/** The counts with these agents too. */
export function withMore(counts: StatusCounts, agents: Iterable<AgentStatus>): StatusCounts {
  return added(counts, agents, 1);
}

function added(counts: StatusCounts, agents: Iterable<AgentStatus>, by: number): StatusCounts {
  const sum = new Map(counts);
  for (const status of agents) sum.set(status, (sum.get(status) ?? 0) + by);
  return sum;
}

/** By how much each status has more agents than before; statuses with as many as before are left out. */
export function difference(now: StatusCounts, before: StatusCounts): StatusCounts {
  const statuses = new Set([...now.keys(), ...before.keys()]);
  const moved = [...statuses].map((status): [AgentStatus, number] => [
    status,
    (now.get(status) ?? 0) - (before.get(status) ?? 0),
  ]);
  return new Map(moved.filter(([, by]) => by !== 0));
}

/**
 * Whether it has to be found out which agents these are: some went offline or came back, or fewer need an upgrade. One that connects
 * is on its way, and is found where it arrives.
 */
export function isNews(moved: StatusCounts): boolean {
  return (
    isReturn(moved) ||
    (moved.get("offline") ?? 0) > 0 ||
    [...moved].some(([status, by]) => by < 0 && needsUpgrade(status))
  );
}

/** Whether an agent is connected again. */
export function isReturn(moved: StatusCounts): boolean {
  return [...moved].some(([status, by]) => by > 0 && isConnected(status));
}

/** Whether no agents need have moved but some of these, each of which was asked to upgrade: they went offline for it. */
export function isDepartureOf(asked: StatusCounts, moved: StatusCounts): boolean {
  return (
    !isReturn(moved) &&
    [...moved].every(
      ([status, by]) =>
        by > 0 || !isConnected(status) || (needsUpgrade(status) && (asked.get(status) ?? 0) >= Math.abs(by)),
    )
  );
}

/** Whether agents that need an upgrade are among them: such a one that went offline may be upgraded by others. */
export function concernsUpgrades(moved: StatusCounts): boolean {
  return [...moved.keys()].some(needsUpgrade);
}
