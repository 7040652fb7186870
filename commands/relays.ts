import { defineCommand } from "../src/conversation/command.ts";
import { serverWord } from "../src/conversation/server-word.ts";
import { UserError } from "../src/core/user-error.ts";
import type { Part } from "../src/core/view.ts";
import { readRelayList } from "../src/features/relay-upgrade/relay-list.ts";
import { relayListParts } from "../src/features/relay-upgrade/relay-list-view.ts";
import { ServerError } from "../src/model/deploy-server.ts";
import type { Authorize } from "../src/people/authorize.ts";
import type { ManagedServer, Servers } from "../src/servers/managed-server.ts";
import { serverNamed } from "../src/servers/managed-server.ts";

interface Ports {
  readonly authorize: Authorize;
  readonly servers: Servers;
}

export const relays = defineCommand({
  name: "relays",
  group: "Look",
  summary: "show relays, worst first, and which lag",
  needsIdentity: true,
  args: {
    positional: { hint: "SERVER", required: false, many: false },
    flags: { server: { hint: "NAME", kind: "text", summary: "only this server" } },
    example: "relays prod",
  },
  async handler(args, context, ports: Ports) {
    const { servers } = ports;
    const named = serverWord(args, `${context.word} relays`);
    const chosen = named === undefined ? [...servers.values()] : [serverNamed(servers, named)];
    const each = await Promise.all(chosen.map((server) => partsOf(server)));
    return {
      key: "relays",
      summary: ["Relays of ", { bold: chosen.map(({ name }) => name).join(", ") }],
      parts: each.flat(),
    };

    /** One server that does not answer, or does not know the person, spoils nothing for the others. */
    async function partsOf(server: ManagedServer): Promise<readonly Part[]> {
      try {
        return relayListParts(await readRelayList(server, context.call.person, ports.authorize));
      } catch (error) {
        if (!(error instanceof ServerError || error instanceof UserError)) throw error;
        return [{ kind: "text", lines: [[{ bold: server.name }, ": ", error.message]] }];
      }
    }
  },
});
