import { defineCommand } from "../src/app/command.ts";
import { frozenLine } from "../src/app/gates/freezes.ts";
import { serverNamed } from "../src/app/plans/selection.ts";
import { type Line, say } from "../src/app/view.ts";
import { openingWords } from "../src/domain/gates/windows.ts";
import { policyWords } from "../src/domain/gates/words.ts";

export const policy = defineCommand({
  name: "policy",
  summary: "the rules of a server in words",
  args: { positional: { hint: "SERVER", required: false, many: false }, flags: {}, example: "/agents policy prod" },
  async handler(args, { services }) {
    const servers =
      args.words[0] === undefined
        ? [...services.servers.values()]
        : [serverNamed(services.servers, args.words[0].toLowerCase())];
    const lines = servers.flatMap((server): readonly Line[] => {
      const frozen = frozenLine(services.projections, server, services.clock.now());
      const opens = openingWords(server.policy.windows, services.clock.now());
      return [
        [{ bold: server.name }],
        ...policyWords(server.policy).map((sentence): Line => ["• ", ...sentence]),
        ...(server.warnings ?? []).map((warning): Line => [`• Warning: ${warning}`]),
        ...(frozen ? [["• It is frozen now: ", ...frozen]] : []),
        ...(opens ? [[`• No window is open now; the next opens ${opens}.`]] : []),
      ];
    });
    return say("policy", ...lines);
  },
});
