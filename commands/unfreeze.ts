import { defineCommand } from "../src/conversation/command.ts";
import { say } from "../src/core/view.ts";
import type { Freezes } from "../src/features/freeze/freeze-service.ts";
import type { Identities } from "../src/people/identity.ts";
import type { Visibility } from "../src/people/visibility.ts";
import type { Servers } from "../src/servers/managed-server.ts";
import { serverNamed } from "../src/servers/managed-server.ts";

interface Ports {
  readonly freezes: Freezes;
  readonly identities: Identities;
  readonly servers: Servers;
  readonly visibility: Visibility;
}

export const unfreeze = defineCommand({
  name: "unfreeze",
  group: "Steer",
  summary: "end a server's freeze",
  args: { positional: { hint: "SERVER", required: true, many: false }, flags: {}, example: "unfreeze prod" },
  async handler(args, { call }, ports: Ports) {
    const server = serverNamed(ports.servers, args.words[0]?.toLowerCase());
    // Whom the server does not know reads not even whether it is frozen.
    if (!(await ports.visibility.knows(server, call.person))) await ports.identities.on(server, call.person);
    await ports.freezes.unfreeze(server, call.person);
    return say("unfrozen", [{ bold: server.name }, " is no longer frozen."]);
  },
});
