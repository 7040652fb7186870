import type { ArgumentsOf } from "../src/conversation/arguments.ts";
import type { CommandContext } from "../src/conversation/command.ts";
import { defineCommand } from "../src/conversation/command.ts";
import type { Agent } from "../src/core/agent.ts";
import { sameName } from "../src/core/typed-text.ts";
import { UserError } from "../src/core/user-error.ts";
import { data, type Line, say } from "../src/core/view.ts";
import { serverNamed } from "../src/features/plan/selection.ts";
import { failedOf } from "../src/features/retry/retry-service.ts";
import { testConnections } from "../src/features/rollout/connection-test.ts";
import type { Authorize } from "../src/people/authorize.ts";
import type { Visibility } from "../src/people/visibility.ts";
import { causeText } from "../src/phrases/cause-text.ts";
import { serverOf } from "../src/servers/find-rollout.ts";
import type { ManagedServer, Servers } from "../src/servers/managed-server.ts";

/** So many at once: it is for looking into a failure, not for a fleet. */
const MAX_AGENTS = 10;

interface Ports {
  readonly authorize: Authorize;
  readonly servers: Servers;
  readonly visibility: Visibility;
}

const FLAGS = {
  server: { hint: "NAME", kind: "text", summary: "the server, if there are several" },
  rollout: { hint: "ID", kind: "text", summary: "the agents that failed in this rollout" },
  cause: { hint: "CAUSE", kind: "text", summary: "only agents that failed with this cause" },
} as const;
type Args = ArgumentsOf<typeof FLAGS>;

export const testConnection = defineCommand({
  name: "test-connection",
  group: "Servers",
  summary: "have the server test its connection to agents, or to those that failed in a rollout",
  needsIdentity: true,
  args: {
    positional: { hint: "NAME", required: false, many: true, list: true },
    flags: FLAGS,
    example: "/agents test-connection web-17",
  },
  async handler(args, context, ports: Ports) {
    const { call } = context;
    const { server, agents } =
      args.text("rollout") === undefined ? await named(args, context, ports) : await failed(args, context, ports);
    const tested = await testConnections(server, call.person, agents.slice(0, MAX_AGENTS), ports.authorize);
    const lines = tested.map(({ name, answer }): Line => {
      if (answer.kind === "none") return [data(name), ": no answer to the test: ", ...causeText(answer.why, "you")];
      return [
        data(name),
        ": the server took the test",
        ...(answer.text === "" ? ", and said nothing more." : [" and said: ", data(answer.text)]),
      ];
    });
    return say(
      "connection-test",
      ...lines,
      ...(agents.length > MAX_AGENTS
        ? [`${agents.length - MAX_AGENTS} more were not tested: ${MAX_AGENTS} at once.`]
        : []),
      "What the server answers to a test is not documented: these are its own words.",
    );
  },
});

async function named(args: Args, { call }: CommandContext, ports: Ports) {
  const server = serverNamed(ports.servers, args.text("server"));
  if (args.words.length === 0)
    throw new UserError(
      "which-agents",
      "Say which agents. Example: test-connection web-17, or press Test connection on a failure.",
    );
  const views = await ports.visibility.agents(server, call.person);
  const fleet = await server.fleet.agents();
  const agents: Agent[] = [];
  for (const word of args.words.slice(0, MAX_AGENTS)) {
    const agent = fleet.find(({ name }) => sameName(name, word));
    if (!agent || !(await views(agent.id)))
      throw new UserError(
        "no-such-agent",
        `There is no agent "${word.slice(0, 60)}" on ${server.name} that you may view.`,
      );
    agents.push(agent);
  }
  return { server, agents };
}

async function failed(
  args: Args,
  { call }: CommandContext,
  ports: Ports,
): Promise<{ server: ManagedServer; agents: readonly Agent[] }> {
  const rollout = await ports.visibility.required(args.text("rollout") ?? "", call);
  const server = serverOf(ports.servers, rollout);
  const failures = await ports.visibility.failures(server, rollout, call.person);
  const ids = new Set(failedOf(failures, rollout, args.text("cause")).map(({ agent }) => agent.id));
  const agents = (await server.fleet.agents()).filter(({ id }) => ids.has(id));
  if (agents.length === 0)
    throw new UserError("agents-not-listed", `${server.name} does not list any of these agents any more.`);
  return { server, agents };
}
