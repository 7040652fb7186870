import type { Agent } from "../domain/agent.ts";
import { hasSetting, SETTING } from "../domain/guide/inactive.ts";
import type { ManagedServer } from "./managed-server.ts";
import { ServerError, saysNothing } from "./urbancode.ts";

/** Why inactive agents are left alone on this server, and what to do; undefined where it takes actions on them. Throws ServerError. */
export async function inactiveBlocked({ name, fleet }: ManagedServer): Promise<string | undefined> {
  const version = await fleet.version();
  if (!hasSetting(version))
    return `${name} is at ${version}, and the setting ${SETTING} is gone from 7.1 on. Whether such servers take actions on inactive agents is not documented, so they are left alone. Have the agents made active there, then ask again without --include-inactive.`;
  let said = "";
  try {
    const { inactiveLinks } = await fleet.settings();
    if (inactiveLinks === true) return undefined;
    if (inactiveLinks === false)
      return `Inactive agents take no actions on ${name}: its system setting ${SETTING} is off. Whoever administers it can switch that on, or make the agents active; then ask again.`;
  } catch (error) {
    if (!isUnknown(error)) throw error;
    said = ` ${error.message}`;
  }
  return `${name} does not tell Drydock's account whether its system setting ${SETTING} is on, so inactive agents are left alone. Have the account read the system configuration, or the agents made active there; then ask again.${said}`;
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
