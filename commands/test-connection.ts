import { defineCommand } from "../src/conversation/command.ts";
import { UserError } from "../src/core/user-error.ts";
import { connectionView, testConnections } from "../src/features/checks/connection-test.ts";
import { failedOf } from "../src/features/rollout/retry-service.ts";
import type { Authorize } from "../src/people/authorize.ts";
import type { Visibility } from "../src/people/visibility.ts";
import { serverOf } from "../src/servers/find-rollout.ts";
import type { Servers } from "../src/servers/managed-server.ts";

/** A test helps with a failure; it is not meant for a fleet. */
const MAX_AGENTS = 10;

interface Ports {
  readonly authorize: Authorize;
  readonly servers: Servers;
  readonly visibility: Visibility;
}

/** Pressed on a failure: `test-connection ROLLOUT CAUSE`. */
export const testConnection = defineCommand({
  name: "test-connection",
  summary: "have the server test its connection to agents that failed",
  needsIdentity: true,
  args: {
    positional: { hint: "ROLLOUT", required: true, many: true },
    flags: {},
    example: "press Test connection on a failure",
  },
  async handler({ words: [id = "", cause] }, { call }, ports: Ports) {
    const rollout = await ports.visibility.required(id, call);
    const server = serverOf(ports.servers, rollout);
    const failures = await ports.visibility.failures(server, rollout, call.person);
    const ids = new Set(failedOf(failures, rollout, cause).map(({ agent }) => agent.id));
    const agents = (await server.fleet.agents()).filter((agent) => ids.has(agent.id));
    if (agents.length === 0)
      throw new UserError("agents-not-listed", `${server.name} does not list any of these agents any more.`);
    const tested = await testConnections(server, call.person, agents.slice(0, MAX_AGENTS), ports.authorize);
    return connectionView(tested, agents.length - tested.length);
  },
});
