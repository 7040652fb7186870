import pMap from "p-map";
import type { Agent } from "../core/agent.ts";
import { ServerError } from "../model/deploy-server.ts";
import { sharesOf } from "../model/server/required.ts";
import type { Share } from "../model/server/server-events.ts";
import type { ManagedServer } from "./managed-server.ts";

/** Of more agents than this the teams are not read: each costs a request. */
const MAX_ASKED = 200;
/** The other places at the server are left to people who plan: what agents have in common is good to know, and no more. */
const TEAMS_AT_ONCE = 3;

/** What agents that cannot deploy have in common. */
export interface Breakdown {
  readonly teams: readonly Share[];
  readonly tags: readonly Share[];
  /** Of how many agents the teams were read. */
  readonly asked: number;
  /** Of how many agents the tags are counted; left out = of all. */
  readonly tagged?: number;
}

/**
 * By team (of the first 200 agents, since the list has none) and by tag. Where the server does not tell teams, there are none.
 * @param views which agents the person may view; left out = all of them, as a channel that the configuration allows to read them.
 */
export async function breakDown(
  server: ManagedServer,
  agents: readonly Agent[],
  views?: (agentId: string) => Promise<boolean>,
): Promise<Breakdown> {
  const teams: string[] = [];
  const tags: string[] = [];
  let asked = 0;
  let tagged = 0;
  try {
    await pMap(
      agents.slice(0, MAX_ASKED),
      async ({ id, tags: its = [] }) => {
        if (views && !(await views(id))) return;
        if (views) tags.push(...new Set(its));
        tagged += 1;
        const names = new Set((await server.fleet.teams(id)).map(({ teamName }) => teamName));
        teams.push(...names);
        asked += 1;
      },
      { concurrency: TEAMS_AT_ONCE },
    );
  } catch (error) {
    // What was read until then is told; nothing else depends on it.
    if (!(error instanceof ServerError)) throw error;
  }
  if (!views) tags.push(...agents.flatMap((agent) => [...new Set(agent.tags)]));
  return { teams: sharesOf(teams), tags: sharesOf(tags), asked, ...(views ? { tagged } : {}) };
}

const forAll = new WeakMap<readonly Agent[], Promise<Breakdown>>();

/** The same for people who may view all agents: of one reading of the list it is found once. If an error cuts it short, the next question reads it again. */
export function breakDownForAll(server: ManagedServer, agents: readonly Agent[]): Promise<Breakdown> {
  const known = forAll.get(agents);
  if (known !== undefined) return known;
  const found = breakDown(server, agents);
  const forget = () => void forAll.delete(agents);
  forAll.set(agents, found);
  found.then(({ asked }) => asked < Math.min(MAX_ASKED, agents.length) && forget(), forget);
  return found;
}
