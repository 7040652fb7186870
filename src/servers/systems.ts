import pMap, { pMapSkip, pMapStop } from "p-map";
import type { Agent } from "../core/agent.ts";
import { AT_ONCE } from "../model/deploy-server.ts";
import { everyAgent, type Plan } from "../model/plan/plan.ts";
import { OS_PROPERTY, type Systems } from "../model/plan/unsupported-platforms.ts";
import type { ManagedServer } from "./managed-server.ts";

/** The agents of one plan that are asked about their operating system, one request each; the others are before their turn. */
const MAX_ASKED = 100;

/**
 * What the agent's property reports as its operating system; undefined too if no rule of this server needs it. Throws ServerError.
 * @param fresh asks the server again after a refusal.
 */
export async function readSystem(
  { policy, fleet }: ManagedServer,
  agentId: string,
  fresh = false,
): Promise<string | undefined> {
  return policy.unsupportedPlatforms.os.length > 0 ? fleet.property(agentId, OS_PROPERTY, fresh) : undefined;
}

/** The operating systems of a plan's agents, as many as are asked about. */
export interface SystemReading {
  readonly known: Systems;
  /** Of one more agent, unless enough were asked about. Throws ServerError. */
  read(agent: Agent): Promise<void>;
  /** Of these agents in their order, until so many of them `count`. */
  readAll(agents: readonly Agent[], enough: number | undefined, counts: (agent: Agent) => boolean): Promise<void>;
  /** How many agents of the plan were not asked about, though a rule of this server wants to know. */
  unasked(plan: Plan): number;
}

export function createSystemReading(server: ManagedServer): SystemReading {
  const known = new Map<string, string | undefined>();
  const asks = server.policy.unsupportedPlatforms.os.length > 0;
  let asked = 0;

  async function read(agent: Agent): Promise<void> {
    if (!asks || known.has(agent.id) || asked >= MAX_ASKED) return;
    asked += 1;
    known.set(agent.id, await readSystem(server, agent.id));
  }

  return {
    known,
    read,
    async readAll(agents, enough, counts) {
      if (!asks) return;
      let found = 0;
      await pMap(
        agents,
        async (agent) => {
          if (asked >= MAX_ASKED || (enough !== undefined && found >= enough)) return pMapStop;
          await read(agent);
          if (counts(agent)) found += 1;
          return pMapSkip;
        },
        { concurrency: AT_ONCE },
      );
    },
    unasked: (plan) => (asks ? everyAgent(plan).filter(({ id }) => !known.has(id)).length : 0),
  };
}
