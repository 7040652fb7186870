import { defineCommand } from "../src/conversation/command.ts";
import { count } from "../src/core/format.ts";
import { type Line, say } from "../src/core/view.ts";
import { describePolicy } from "../src/gates/describe-policy.ts";
import { blockedAt, phraseOf } from "../src/gates/index.ts";
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
      args.words[0] === undefined
        ? [...ports.servers.values()]
        : [serverNamed(ports.servers, args.words[0].toLowerCase())];
    const known = await Promise.all(servers.map((server) => ports.visibility.knows(server, call.person, "look")));
    const rules = await Promise.all(servers.map((server) => visibleRules(server, call.person, ports.visibility)));
    const lines = servers.flatMap((server, i): readonly Line[] => {
      if (!known[i])
        return [[{ bold: server.name }, ": this server does not know you. See ", { data: `${word} whoami` }, "."]];
      const blocked = blockedAt("request", "server", ports.situation(server), server.policy);
      return [
        [{ bold: server.name }],
        ...describePolicy(rules[i]?.policy ?? server.policy).map((sentence): Line => ["• ", ...sentence]),
        ...(rules[i]?.hidden ? [[`• Never upgraded: ${count(rules[i].hidden, "agent")} that you may not view.`]] : []),
        ...(server.warnings ?? []).map((warning): Line => [`• Warning: ${warning}`]),
        ...blocked.map((found): Line => ["• ", ...phraseOf(found)]),
      ];
    });
    return say("policy", ...lines);
  },
});
