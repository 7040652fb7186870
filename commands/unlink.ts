import { defineCommand } from "../src/conversation/command.ts";
import { UserError } from "../src/core/user-error.ts";
import { data, type Line, say } from "../src/core/view.ts";
import type { Tokens } from "../src/people/tokens.ts";
import type { Projections } from "../src/projections/projections.ts";

interface Ports {
  readonly projections: Projections;
  readonly tokens: Tokens;
}

/** Asks no server: a token can be destroyed while it is down. */
export const unlink = defineCommand({
  name: "unlink",
  group: "Me",
  summary: "destroy your own token for a server, or all of them",
  always: true,
  args: { positional: { hint: "SERVER", required: false, many: false }, flags: {}, example: "unlink prod" },
  isOff: ({ tokens }: Ports) => !tokens.on,
  async handler(args, { call }, ports: Ports) {
    const asked = args.words[0]?.toLowerCase();
    const mine = [...ports.projections.tokens].filter(
      ({ person, server }) => person === call.person && (asked === undefined || server === asked),
    );
    if (mine.length === 0)
      throw new UserError(
        "no-token",
        asked === undefined
          ? "You have no token of your own linked."
          : `You have no token of your own linked for "${asked.slice(0, 60)}".`,
      );
    const lines: Line[] = [];
    for (const { server } of mine) {
      const paused = (await ports.tokens.unlink(server, call.person)) ?? [];
      const ids = paused.map(({ id }) => id).join(", ");
      lines.push([
        "Destroyed: your own token for ",
        data(server),
        ". Drydock's own account asks for your upgrades from now on.",
        ...(ids === ""
          ? []
          : [` Paused, because it was started with your token: ${ids}. Resume upgrades the other agents without it.`]),
      ]);
    }
    return say("unlinked", ...lines);
  },
});
