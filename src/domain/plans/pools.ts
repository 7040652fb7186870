import { type AgentStatus, isConnected } from "../agent.ts";

/** A group of agents; whoever wants the pool gets one of its agents that is online. */
export interface AgentPool {
  readonly id: string;
  readonly name: string;
  readonly agentIds: readonly string[];
}

/** A pool as the fleet is at the moment. */
export interface PoolStanding {
  readonly id: string;
  readonly name: string;
  /** Its agents that the server lists: others are no help to anybody. */
  readonly members: ReadonlySet<string>;
  /** Those of them that are not connected, whoever made them so. */
  readonly away: ReadonlySet<string>;
}

/** Every pool as it stands, to be looked up by an agent's id. */
export type PoolSurvey = ReadonlyMap<string, readonly PoolStanding[]>;

/** @param statuses of all agents that the server lists, by id. */
export function surveyPools(pools: readonly AgentPool[], statuses: ReadonlyMap<string, AgentStatus>): PoolSurvey {
  const survey = new Map<string, PoolStanding[]>();
  for (const { id, name, agentIds } of pools) {
    const members = new Set(agentIds.filter((agent) => statuses.has(agent)));
    const away = new Set([...members].filter((agent) => !isConnected(statuses.get(agent) ?? "gone")));
    const standing = { id, name, members, away };
    for (const agent of members) survey.set(agent, [...(survey.get(agent) ?? []), standing]);
  }
  return survey;
}

/**
 * How many more of a pool may go away: no more than half of it are away together (of three, one), and the last that is online stays.
 * @param inFlight agents whose upgrade is under way, whatever they show.
 * @param lastToo whether one at a time may go all the same.
 */
export function roomIn({ members, away }: PoolStanding, inFlight: ReadonlySet<string>, lastToo: boolean): number {
  const upgrading = [...members].filter((agent) => inFlight.has(agent));
  const gone = new Set([...away, ...upgrading]).size;
  const half = Math.max(1, Math.floor(members.size / 2));
  const room = Math.max(0, Math.min(half - gone, members.size - gone - 1));
  return lastToo && upgrading.length === 0 ? Math.max(1, room) : room;
}

/** The name of a pool of which this agent is the only one; undefined where there is no such. */
export function onlyOf(survey: PoolSurvey, agentId: string): string | undefined {
  return survey.get(agentId)?.find(({ members }) => members.size === 1)?.name;
}

/** Completes `web-1 waits: `: why no more of this pool may go away. */
export function noRoomWords({ name, members, away }: PoolStanding, inFlight: ReadonlySet<string>): string {
  const gone = [...members].filter((agent) => away.has(agent) || inFlight.has(agent)).length;
  const left = members.size - gone;
  return left <= 1
    ? `it is the last of pool ${name} that is online`
    : `${gone} of the ${members.size} agents of pool ${name} ${gone === 1 ? "is" : "are"} away`;
}
