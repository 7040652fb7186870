import type { z } from "zod";
import { ServerError } from "../../app/urbancode.ts";
import type { AgentPool } from "../../domain/plans/pools.ts";
import type { Http } from "./http.ts";
import { poolShape, poolsShape } from "./shapes.ts";

/** One request for each pool: a server with more of them is not asked. */
const MOST_POOLS = 500;

/** The list of pools, and of each of them its agents. Source: the reference, section 2.4. Pools that are not active are passed over. */
export async function readPools(
  {
    name,
    http,
    read,
  }: {
    readonly name: string;
    readonly http: Pick<Http, "putJson">;
    readonly read: <S extends z.ZodType>(
      shape: S,
      what: string,
      path: string,
      signal?: AbortSignal,
    ) => Promise<z.infer<S>>;
  },
  signal: AbortSignal | undefined,
): Promise<readonly AgentPool[]> {
  const listed = (await read(poolsShape, "list of agent pools", "/cli/agentPool", signal)).filter(
    ({ active }) => active !== false,
  );
  if (listed.length > MOST_POOLS)
    throw new ServerError(
      "unreadable",
      `${name} has ${listed.length} agent pools: Drydock asks about ${MOST_POOLS} at most.`,
    );
  const pools = await Promise.all(
    listed.map(async (pool) => {
      const agentIds = await agentsOf(pool.id).catch(goneIsNone);
      return agentIds && { id: pool.id, name: pool.name ?? pool.id, agentIds };
    }),
  );
  return pools.filter((pool) => pool !== undefined);

  async function agentsOf(pool: string): Promise<readonly string[]> {
    const what = "info of an agent pool";
    const parsed = poolShape.safeParse(
      await http.putJson(what, `/cli/agentPool/info?pool=${encodeURIComponent(pool)}`, signal),
    );
    if (!parsed.success)
      throw new ServerError("unreadable", `${name} answered "${what}" in a shape that Drydock does not know.`);
    return parsed.data.agentIds
      .split(",")
      .map((id) => id.trim())
      .filter((id) => id !== "");
  }
}

/** Somebody deleted it a moment ago. */
function goneIsNone(error: unknown): undefined {
  if (error instanceof ServerError && error.fault === "not-found") return undefined;
  throw error;
}
