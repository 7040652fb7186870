import { defineCommand } from "../src/app/command.ts";
import { serverNamed } from "../src/app/plans/selection.ts";
import { say } from "../src/app/view.ts";

export const unfreeze = defineCommand({
  name: "unfreeze",
  summary: "end a server's freeze",
  args: { positional: { hint: "SERVER", required: true, many: false }, flags: {}, example: "/agents unfreeze prod" },
  async handler(args, { services, call }) {
    const server = serverNamed(services.servers, args.words[0]?.toLowerCase());
    // Whom the server does not know reads not even whether it is frozen.
    if (!(await services.visibility.knows(server, call.person))) await services.identities.on(server, call.person);
    await services.freezes.unfreeze(server, call.person);
    return say("unfrozen", [{ bold: server.name }, " is not frozen any more."]);
  },
});
