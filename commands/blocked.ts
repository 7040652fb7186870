import { defineCommand } from "../src/conversation/command.ts";
import { serverNamed } from "../src/features/plan/selection.ts";
import { unjudgedOf } from "../src/features/plan/unjudged.ts";
import { blockedView } from "../src/features/required-notice/required-view.ts";
import type { Visibility } from "../src/people/visibility.ts";
import { breakDown } from "../src/servers/break-down.ts";
import type { Servers } from "../src/servers/managed-server.ts";

interface Ports {
  readonly servers: Servers;
  readonly visibility: Visibility;
}

export const blocked = defineCommand({
  name: "blocked",
  group: "Servers",
  summary: "show agents that cannot deploy until they are upgraded, by team and tag",
  needsIdentity: true,
  args: { positional: { hint: "SERVER", required: false, many: false }, flags: {}, example: "/agents blocked prod" },
  async handler(args, { call }, ports: Ports) {
    const server = serverNamed(ports.servers, args.words[0]?.toLowerCase());
    const views = await ports.visibility.agents(server, call.person);
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
