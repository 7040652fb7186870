import type { Agent } from "../../core/agent.ts";
import { sameName } from "../../core/typed-text.ts";
import { UserError } from "../../core/user-error.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";

/** @param name the agent's, or its id. Throws UserError where there is no such agent that the person may view. */
export async function namedAgent(
  server: ManagedServer,
  views: (agentId: string) => Promise<boolean>,
  name: string,
): Promise<Agent> {
  const listed = (await server.fleet.agents()).find((agent) => agent.id === name || sameName(agent.name, name));
  if (listed && (await views(listed.id))) return listed;
  throw new UserError("no-such-agent", `There is no agent "${name.slice(0, 60)}" on ${server.name} that you may view.`);
}
