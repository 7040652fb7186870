import pMap from "p-map";
import { defineCommand } from "../../conversation/command.ts";
import type { Agent } from "../../core/agent.ts";
import { type Cause, cause } from "../../core/cause.ts";
import { UserError } from "../../core/user-error.ts";
import { data, type Line, say, type View } from "../../core/view.ts";
import { AT_ONCE, ServerError } from "../../model/deploy-server.ts";
import type { Authorize } from "../../people/authorize.ts";
import type { FindRollout } from "../../people/find-rollout.ts";
import type { Visibility } from "../../people/visibility.ts";
import { causeText } from "../../phrases/cause-text.ts";
import { serverOf } from "../../servers/current-rollout.ts";
import type { ManagedServer, Servers } from "../../servers/managed-server.ts";
import { failedOf } from "../rollout/rollout-port.ts";

/** What came of one test: the server's own words, or why there was none. */
export interface TestedAgent {
  readonly name: string;
  readonly answer:
    | { readonly kind: "answered"; readonly text: string }
    | { readonly kind: "none"; readonly why: Cause }
    /** Drydock did not ask the server. */
    | { readonly kind: "untested"; readonly why: Cause };
}

/**
 * Has the server test its connection to these agents, once each. Whoever asks needs the rights of an upgrade on each of them: what
 * the test does on an agent is not documented. Throws UserError and ServerError where nothing could be read.
 */
export async function testConnections(
  server: ManagedServer,
  person: string,
  agents: readonly Agent[],
  authorize: Pick<Authorize, "onAgents">,
): Promise<readonly TestedAgent[]> {
  const { missing: lacks } = await (await authorize.onAgents(server, person, "press")).lacks(agents);
  return await pMap(
    agents,
    async ({ id, name }): Promise<TestedAgent> => {
      const missing = lacks.get(id) ?? ["every right"];
      if (missing.length === 0) return { name, answer: await test(server, id) };
      return { name, answer: { kind: "untested", why: cause("lacks-permission", { permissions: missing }) } };
    },
    { concurrency: AT_ONCE },
  );
}

async function test(server: ManagedServer, agentId: string): Promise<TestedAgent["answer"]> {
  try {
    return { kind: "answered", text: await server.urbancode.testConnection(agentId) };
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    return { kind: "none", why: cause("server-trouble", error.trouble) };
  }
}

/** What the server answered to the tests of its connections. @param untested how many agents were left out. */
export function connectionView(tested: readonly TestedAgent[], untested: number): View {
  const lines = tested.map(({ name, answer }): Line => {
    if (answer.kind === "untested") return [data(name), ": not tested: ", ...causeText(answer.why, "you")];
    if (answer.kind === "none") return [data(name), ": no answer to the test: ", ...causeText(answer.why, "you")];
    return [
      data(name),
      ": the server accepted the test",
      ...(answer.text === "" ? [", and reported nothing more."] : [" and reported: ", data(answer.text)]),
    ];
  });
  return say(
    "connection-test",
    ...lines,
    ...(untested > 0 ? [`Drydock did not test ${untested} more: it tests ${tested.length} at a time.`] : []),
    "The vendor does not document what the server answers to a test. These are its own words.",
  );
}

/** A test helps with a failure; it is not meant for a fleet. */
const MAX_AGENTS = 10;

interface TestConnectionPorts {
  readonly findRollout: FindRollout;
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
  async handler({ words: [id = "", cause] }, { call }, ports: TestConnectionPorts) {
    const rollout = await ports.findRollout(id, call);
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
