import type { Site } from "../site.ts";
import { ServerError } from "../urbancode.ts";

/** A server that does not tell counts as busy: the policy asks to be sure. */
export async function whyHeld(site: Site): Promise<string | undefined> {
  try {
    if (site.policy.whenBusy === "require_maintenance") {
      const { maintenance } = await site.fleet.settings();
      if (maintenance) return undefined;
      return `Waits for ${site.name}'s maintenance mode${maintenance === undefined ? ", of which the server does not tell" : ", which is off"}.`;
    }
    const { running } = await site.fleet.usage();
    return running === 0 ? undefined : `Waits: ${running} of ${site.name}'s agents run deployments.`;
  } catch (error) {
    if (!(error instanceof ServerError) || error.fault === "unreachable") throw error;
    return `Waits: ${site.name} does not tell whether deployments run. ${error.message}`;
  }
}
