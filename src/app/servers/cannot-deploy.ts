import type { Agent } from "../../domain/agent.ts";
import { compareRequired, type Share, sharesOf } from "../../domain/servers/required.ts";
import type { ServerFact } from "../../domain/servers/server-facts.ts";
import type { Board } from "../board.ts";
import type { Site } from "../site.ts";
import { tenAtATime } from "../ten-at-a-time.ts";
import { ServerError } from "../urbancode.ts";

/** Of more agents than this the teams are not read: each costs a request. */
const MOST_ASKED = 200;

/** What agents that cannot deploy have in common. */
export interface Breakdown {
  readonly teams: readonly Share[];
  readonly tags: readonly Share[];
  /** Of how many agents the teams were read. */
  readonly asked: number;
}

/** By team (of the first 200 agents, since the list has none) and by tag. Where the server does not tell teams, there are none. */
export async function breakDown(site: Site, agents: readonly Agent[]): Promise<Breakdown> {
  const teams: string[] = [];
  let asked = 0;
  try {
    await tenAtATime(agents.slice(0, MOST_ASKED), async ({ id }) => {
      const names = new Set((await site.fleet.teams(id)).map(({ teamName }) => teamName));
      teams.push(...names);
      asked += 1;
    });
  } catch (error) {
    // What was read until then is told; nothing else depends on it.
    if (!(error instanceof ServerError)) throw error;
  }
  return { teams: sharesOf(teams), tags: sharesOf(agents.flatMap(({ tags }) => [...new Set(tags)])), asked };
}

/** Keeps count of the agents that cannot deploy until they are upgraded, and writes down when there are more of them. */
export interface RequiredCount {
  /** @param agents the whole list, as it was just read. */
  look(agents: readonly Agent[]): Promise<void>;
}

export function createRequiredCount(site: Site, { board }: { readonly board: Board }): RequiredCount {
  function write(...facts: readonly ServerFact[]): Promise<void> {
    return board.change(() => [{ stream: `server.${site.name}`, actor: "drydock", facts }]);
  }

  return {
    async look(agents) {
      const before = board.server(site.name).required;
      const { added, cured } = compareRequired(before, agents);
      if (before.known === undefined) return await write({ type: "required.counted", data: { added, cured } });
      if (cured.length > 0) await write({ type: "required.counted", data: { added: [], cured } });
      if (added.length === 0) return;
      const news = new Set(added);
      const found = await breakDown(
        site,
        agents.filter(({ id }) => news.has(id)),
      );
      const serverVersion = (await site.fleet.version()) ?? null;
      await write({ type: "required.grew", data: { added, serverVersion, ...found } });
    },
  };
}
