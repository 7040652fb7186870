import { defineCommand } from "../src/app/command.ts";
import { frozenLine } from "../src/app/gates/freezes.ts";
import { siteNamed } from "../src/app/plans/selection.ts";
import { type Line, say } from "../src/app/view.ts";
import { openingWords } from "../src/domain/gates/windows.ts";
import { policyWords } from "../src/domain/gates/words.ts";

export const policy = defineCommand({
  name: "policy",
  summary: "the rules of a server in words",
  args: { positional: { hint: "SERVER", required: false, many: false }, flags: {}, example: "/agents policy prod" },
  async handler(args, { services }) {
    const sites =
      args.words[0] === undefined
        ? [...services.sites.values()]
        : [siteNamed(services.sites, args.words[0].toLowerCase())];
    const lines = sites.flatMap((site): readonly Line[] => {
      const frozen = frozenLine(services.board, site, services.clock.now());
      const opens = openingWords(site.policy.windows, services.clock.now());
      return [
        [{ bold: site.name }],
        ...policyWords(site.policy).map((sentence): Line => ["• ", ...sentence]),
        ...(site.warnings ?? []).map((warning): Line => [`• Warning: ${warning}`]),
        ...(frozen ? [["• It is frozen now: ", ...frozen]] : []),
        ...(opens ? [[`• No window is open now; the next opens ${opens}.`]] : []),
      ];
    });
    return say("policy", ...lines);
  },
});
