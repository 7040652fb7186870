import type { Agent } from "../domain/agent.ts";
import { type Host, type Hosts, OS_PROPERTY } from "../domain/host.ts";
import { everyAgent, type Plan } from "../domain/plan.ts";
import type { Policy } from "../domain/policy.ts";
import type { Site } from "./site.ts";
import { tenAtATime } from "./ten-at-a-time.ts";

/** The agents of one plan that are asked about their hosts, one request each; the others are before their turn. */
const MOST_ASKED = 300;

/** What the agent's properties tell of its host; undefined where no rule of this server asks for it. Throws ServerError. */
export async function readHost({ policy, fleet }: Site, agent: Pick<Agent, "id">): Promise<Host | undefined> {
  if (!asks(policy)) return undefined;
  return { os: await fleet.property(agent.id, OS_PROPERTY) };
}

function asks({ ownWay }: Policy): boolean {
  return ownWay.os.length > 0;
}

/** The hosts of a plan's agents, as many as are asked about. */
export interface HostReading {
  readonly known: Hosts;
  /** Of one more agent, unless enough were asked about. Throws ServerError. */
  read(agent: Agent): Promise<void>;
  /** Of these agents in their order, until so many of them `count`. */
  readAll(agents: readonly Agent[], enough: number | undefined, counts: (agent: Agent) => boolean): Promise<void>;
  /** How many agents of the plan were not asked about, though a rule of this server wants to know. */
  unasked(plan: Plan): number;
}

export function createHostReading(site: Site): HostReading {
  const known = new Map<string, Host>();
  let asked = 0;

  async function read(agent: Agent): Promise<void> {
    if (known.has(agent.id) || asked >= MOST_ASKED) return;
    asked += 1;
    const host = await readHost(site, agent);
    if (host) known.set(agent.id, host);
  }

  return {
    known,
    read,
    async readAll(agents, enough, counts) {
      let found = 0;
      await tenAtATime(
        agents,
        async (agent) => {
          await read(agent);
          if (counts(agent)) found += 1;
        },
        () => asked >= MOST_ASKED || (enough !== undefined && found >= enough),
      );
    },
    unasked: (plan) => (asks(site.policy) ? everyAgent(plan).filter(({ id }) => !known.has(id)).length : 0),
  };
}
