import pMap, { pMapSkip } from "p-map";
import { AT_ONCE } from "../model/deploy-server.ts";
import { everyAgent, type Plan } from "../model/plan/plan.ts";
import type { Views } from "./access.ts";

/** Ids of a plan's agents, the excluded ones and those behind its relays too, that a person may view. */
export async function visibleIds(plan: Plan, views: Views): Promise<ReadonlySet<string>> {
  const behind = (plan.relays ?? []).flatMap(({ agents }) => agents);
  const ids = [...everyAgent(plan), ...behind, ...plan.excluded.map(({ agent }) => agent)].map(({ id }) => id);
  return new Set(await pMap(ids, async (id) => ((await views(id)) ? id : pMapSkip), { concurrency: AT_ONCE }));
}
