import { defineCommand } from "../src/app/command.ts";
import type { ManagedServer, Servers } from "../src/app/managed-server.ts";
import type { Visibility } from "../src/app/people/visibility.ts";
import { visibleRules } from "../src/app/people/visible-rules.ts";
import { serverNamed } from "../src/app/plans/selection.ts";
import { type Line, say } from "../src/app/view.ts";
import { count } from "../src/app/views/words.ts";
import { policyWords } from "../src/domain/gates/words.ts";
import { blockedAt, phraseOf } from "../src/gates/index.ts";
import type { ServerSituation } from "../src/gates/server-situation.ts";

interface Ports {
  readonly servers: Servers;
  readonly situation: (server: ManagedServer) => ServerSituation;
  readonly visibility: Pick<Visibility, "knows" | "agents">;
}

export const policy = defineCommand({
  name: "policy",
  group: "Servers",
  summary: "the rules of a server in words",
  args: { positional: { hint: "SERVER", required: false, many: false }, flags: {}, example: "/agents policy prod" },
  async handler(args, { call, word }, ports: Ports) {
    const servers =
      args.words[0] === undefined
        ? [...ports.servers.values()]
        : [serverNamed(ports.servers, args.words[0].toLowerCase())];
    const known = await Promise.all(servers.map((server) => ports.visibility.knows(server, call.person)));
    const rules = await Promise.all(servers.map((server) => visibleRules(server, call.person, ports.visibility)));
    const lines = servers.flatMap((server, i): readonly Line[] => {
      if (!known[i])
        return [[{ bold: server.name }, ": this server does not know you, see ", { data: `${word} whoami` }, "."]];
      const blocked = blockedAt("request", "server", ports.situation(server), server.policy);
      return [
        [{ bold: server.name }],
        ...policyWords(rules[i]?.policy ?? server.policy).map((sentence): Line => ["• ", ...sentence]),
        ...(rules[i]?.hidden ? [[`• Never upgraded: ${count(rules[i].hidden, "agent")} that you may not view.`]] : []),
        ...(server.warnings ?? []).map((warning): Line => [`• Warning: ${warning}`]),
        ...blocked.map((found): Line => ["• ", ...phraseOf(found)]),
      ];
    });
    return say("policy", ...lines);
  },
});
