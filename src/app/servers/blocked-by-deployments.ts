import type { ManagedServer } from "../managed-server.ts";
import { isAway, ServerError } from "../urbancode.ts";

/** A server that does not tell counts as busy: the policy asks to be sure. */
export async function blockedByDeployments(server: ManagedServer): Promise<string | undefined> {
  try {
    if (server.policy.whenBusy === "require_maintenance") {
      const { maintenance } = await server.fleet.settings();
      if (maintenance) return undefined;
      return `Waits for ${server.name}'s maintenance mode${maintenance === undefined ? ", of which the server does not tell" : ", which is off"}.`;
    }
    const { running } = await server.fleet.usage();
    return running === 0 ? undefined : `Waits: ${running} of ${server.name}'s agents run deployments.`;
  } catch (error) {
    if (!(error instanceof ServerError) || isAway(error)) throw error;
    return `Waits: ${server.name} does not tell whether deployments run. ${error.message}`;
  }
}
