import type { Agent } from "../core/agent.ts";
import { type Cause, cause } from "../core/cause.ts";
import { ServerError, saysNothing } from "../model/deploy-server.ts";
import { hasSetting } from "../model/guide/inactive.ts";
import type { ManagedServer } from "./managed-server.ts";

/** Why inactive agents are left alone on this server; undefined where it takes actions on them. Throws ServerError. */
export async function inactiveBlocked({ name: server, fleet }: ManagedServer): Promise<Cause | undefined> {
  const version = (await fleet.version()) ?? null;
  const blocked = { server, version, trouble: null };
  if (!hasSetting(version ?? undefined)) return cause("inactive-not-taken", { ...blocked, setting: "gone" });
  try {
    const { inactiveLinks } = await fleet.settings();
    if (inactiveLinks === true) return undefined;
    return cause("inactive-not-taken", { ...blocked, setting: inactiveLinks === false ? "off" : "not-told" });
  } catch (error) {
    if (!isUnknown(error)) throw error;
    return cause("inactive-not-taken", { ...blocked, setting: "not-told", trouble: error.trouble });
  }
}

/** The same agents and, behind them, those of the inactive that are not among them. */
export function withInactive(agents: readonly Agent[], inactive: readonly Agent[]): readonly Agent[] {
  const listed = new Set(agents.map(({ id }) => id));
  return [...agents, ...inactive.filter(({ id }) => !listed.has(id))];
}

/** The server does not tell, and is not away. */
export function isUnknown(error: unknown): error is ServerError {
  return error instanceof ServerError && !saysNothing(error);
}
