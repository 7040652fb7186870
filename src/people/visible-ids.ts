import pMap, { pMapSkip } from "p-map";
import { UserError } from "../core/user-error.ts";
import { AT_ONCE } from "../model/deploy-server.ts";
import { everyAgent, type Plan } from "../model/plan/plan.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { Views } from "./access.ts";
import type { Visibility } from "./visibility.ts";

/** Ids of a plan's agents, the excluded ones and those behind its relays too, that a person may view. */
export async function visibleIds(plan: Plan, views: Views): Promise<ReadonlySet<string>> {
  const behind = (plan.relays ?? []).flatMap(({ agents }) => agents);
  const ids = [...everyAgent(plan), ...behind, ...plan.excluded.map(({ agent }) => agent)].map(({ id }) => id);
  return new Set(await pMap(ids, async (id) => ((await views(id)) ? id : pMapSkip), { concurrency: AT_ONCE }));
}

/** The names of those agents that the person may view, as they are now. Throws UserError if there is none. */
export async function namesNow(
  server: ManagedServer,
  ids: ReadonlySet<string>,
  person: string,
  visibility: Pick<Visibility, "agents">,
): Promise<readonly string[]> {
  const views = await visibility.agents(server, person);
  const names: string[] = [];
  for (const { id, name } of await server.fleet.agents()) if (ids.has(id) && (await views(id))) names.push(name);
  if (names.length === 0)
    throw new UserError("agents-not-listed", `${server.name} lists none of these agents that you may view any more.`);
  return names;
}
