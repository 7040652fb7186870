import { defineCommand } from "../src/app/command.ts";
import { serverNamed } from "../src/app/plans/selection.ts";
import { unjudgedOf } from "../src/app/plans/unjudged.ts";
import { breakDown } from "../src/app/servers/cannot-deploy.ts";
import { blockedView } from "../src/app/views/required-view.ts";

export const blocked = defineCommand({
  name: "blocked",
  summary: "show agents that cannot deploy until they are upgraded, by team and tag",
  needsIdentity: true,
  args: { positional: { hint: "SERVER", required: false, many: false }, flags: {}, example: "/agents blocked prod" },
  async handler(args, { services, call }) {
    const server = serverNamed(services.servers, args.words[0]?.toLowerCase());
    const views = await services.visibility.agents(server, call.person);
    const agents = await server.fleet.agents();
    const blocked = agents.filter(({ status }) => status === "upgrade-required");
    return blockedView(server.name, {
      blocked: blocked.length,
      all: agents.length,
      unjudged: unjudgedOf(agents),
      offline: agents.filter(({ status }) => status === "offline").length,
      ...(await breakDown(server, blocked, views)),
    });
  },
});
