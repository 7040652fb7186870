import type { Agent } from "../domain/agent.ts";
import { type Host, type Hosts, OS_PROPERTY, toHost } from "../domain/plans/host.ts";
import { newJava } from "../domain/plans/java-risk.ts";
import { everyAgent, type Plan } from "../domain/plans/plan.ts";
import type { Policy } from "../domain/policy.ts";
import type { Site } from "./site.ts";
import { tenAtATime } from "./ten-at-a-time.ts";

/** The agents of one plan that are asked about their hosts, one request each; the others are before their turn. */
const MOST_ASKED = 300;

/**
 * What the agent's properties tell of its host; undefined where no rule of this server asks for anything.
 * @param serverVersion to which the agent shall go. Throws ServerError.
 */
export async function readHost(
  { policy, fleet }: Site,
  agent: Asked,
  serverVersion: string | null | undefined,
): Promise<Host | undefined> {
  const properties = asksFor(policy, agent, serverVersion);
  if (!properties.os && !properties.java) return undefined;
  const read = async (name: string | undefined) => (name === undefined ? undefined : fleet.property(agent.id, name));
  const [os, java] = await Promise.all([read(properties.os), read(properties.java)]);
  return toHost({ os, java });
}

type Asked = Pick<Agent, "id"> & { readonly version?: string | null | undefined };

/** The properties that rules want to know. An agent's Java matters only where more is needed of it than before. */
function asksFor(policy: Policy, agent: Asked, serverVersion: string | null | undefined) {
  const { ownWay, java } = policy;
  return {
    os: ownWay.os.length > 0 ? OS_PROPERTY : undefined,
    java: java.property !== null && newJava(agent, serverVersion, policy) ? java.property : undefined,
  };
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

export function createHostReading(site: Site, serverVersion: string | undefined): HostReading {
  const known = new Map<string, Host>();
  let asked = 0;

  function isAsked(agent: Asked): boolean {
    const { os, java } = asksFor(site.policy, agent, serverVersion);
    return os !== undefined || java !== undefined;
  }

  async function read(agent: Agent): Promise<void> {
    if (known.has(agent.id) || asked >= MOST_ASKED || !isAsked(agent)) return;
    asked += 1;
    const host = await readHost(site, agent, serverVersion);
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
    unasked: (plan) => everyAgent(plan).filter((agent) => isAsked(agent) && !known.has(agent.id)).length,
  };
}
