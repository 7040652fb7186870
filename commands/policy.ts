import { defineCommand } from "../src/app/command.ts";
import { frozenLine } from "../src/app/gates/freezes.ts";
import { visibleRules } from "../src/app/people/visible-rules.ts";
import { serverNamed } from "../src/app/plans/selection.ts";
import { type Line, say } from "../src/app/view.ts";
import { count } from "../src/app/views/words.ts";
import { openingWords } from "../src/domain/gates/windows.ts";
import { policyWords } from "../src/domain/gates/words.ts";

export const policy = defineCommand({
  name: "policy",
  summary: "show the rules of a server in words",
  args: { positional: { hint: "SERVER", required: false, many: false }, flags: {}, example: "/agents policy prod" },
  async handler(args, { services, call, word }) {
    const servers =
      args.words[0] === undefined
        ? [...services.servers.values()]
        : [serverNamed(services.servers, args.words[0].toLowerCase())];
    const known = await Promise.all(servers.map((server) => services.visibility.knows(server, call.person)));
    const rules = await Promise.all(servers.map((server) => visibleRules(server, call.person, services.visibility)));
    const lines = servers.flatMap((server, i): readonly Line[] => {
      if (!known[i])
        return [[{ bold: server.name }, ": this server does not know you, see ", { data: `${word} whoami` }, "."]];
      const frozen = frozenLine(services.projections, server, services.clock.now());
      const opens = openingWords(server.policy.windows, services.clock.now());
      return [
        [{ bold: server.name }],
        ...policyWords(rules[i]?.policy ?? server.policy).map((sentence): Line => ["• ", ...sentence]),
        ...(rules[i]?.hidden ? [[`• Never upgraded: ${count(rules[i].hidden, "agent")} that you may not view.`]] : []),
        ...(server.warnings ?? []).map((warning): Line => [`• Warning: ${warning}`]),
        ...(frozen ? [["• It is frozen now: ", ...frozen]] : []),
        ...(opens ? [[`• No window is open now; the next opens ${opens}.`]] : []),
      ];
    });
    return say("policy", ...lines);
  },
});
