import { defineCommand } from "../src/conversation/command.ts";
import { say } from "../src/core/view.ts";
import { policyLines, unknownLine } from "../src/features/policy/policy-view.ts";
import { blockedAt } from "../src/gates/index.ts";
import type { ServerSituation } from "../src/gates/server-situation.ts";
import type { Visibility } from "../src/people/visibility.ts";
import { visibleRules } from "../src/people/visible-rules.ts";
import type { ManagedServer, Servers } from "../src/servers/managed-server.ts";
import { serverNamed } from "../src/servers/managed-server.ts";

interface Ports {
  readonly servers: Servers;
  readonly situation: (server: ManagedServer) => ServerSituation;
  readonly visibility: Pick<Visibility, "knows" | "agents">;
}

export const policy = defineCommand({
  name: "policy",
  group: "Look",
  summary: "show the rules of a server in words",
  args: { positional: { hint: "SERVER", required: false, many: false }, flags: {}, example: "policy prod" },
  async handler(args, { call, word }, ports: Ports) {
    const servers =
      args.words[0] === undefined ? [...ports.servers.values()] : [serverNamed(ports.servers, args.words[0])];
    const lines = await Promise.all(
      servers.map(async (server) => {
        if (!(await ports.visibility.knows(server, call.person, "look"))) return [unknownLine(server.name, word)];
        const rules = await visibleRules(server, call.person, ports.visibility);
        const blocked = blockedAt("request", "server", ports.situation(server), server.policy);
        return policyLines({ ...rules, warnings: server.warnings ?? [], blocked });
      }),
    );
    return say("policy", ...lines.flat());
  },
});
