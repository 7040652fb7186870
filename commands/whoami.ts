import { defineCommand } from "../src/conversation/command.ts";
import type { Clock } from "../src/core/ports.ts";
import { UserError } from "../src/core/user-error.ts";
import { type Line, say } from "../src/core/view.ts";
import { withTimeout } from "../src/core/with-timeout.ts";
import { accessNumbers } from "../src/features/whoami/whoami-port.ts";
import { ServerError } from "../src/model/deploy-server.ts";
import type { Authorize } from "../src/people/authorize.ts";
import type { PeopleSettings } from "../src/people/identity.ts";
import type { Tokens } from "../src/people/tokens.ts";
import type { Projections } from "../src/projections/projections.ts";
import type { ManagedServer, Servers } from "../src/servers/managed-server.ts";

/** How long a server may take to check a person's token, in ms. */
const TIMEOUT = 5_000;

interface Ports {
  readonly clock: Clock;
  readonly authorize: Authorize;
  /** Who is on call. */
  readonly people: PeopleSettings;
  readonly projections: Projections;
  readonly servers: Servers;
  readonly tokens: Tokens;
}

export const whoami = defineCommand({
  name: "whoami",
  group: "Me",
  summary: "show who you are on each server, and what you may do",
  args: { flags: {}, example: "whoami" },
  async handler(_args, { call }, ports: Ports) {
    const servers = [...ports.servers.values()];
    const all = await Promise.all(
      servers.map(async (server) => [
        (await accessNumbers(server, ports, call.person)).line,
        ...(await tokenLines(server, ports, call.person)),
      ]),
    );
    const onCall = ports.people.onCall.includes(call.person);
    return say("whoami", ...all.flat(), ...(onCall ? ["You are on call: you may pause and stop any rollout."] : []));
  },
});

/** Where the person's own token stands, as the server says now. */
async function tokenLines(server: ManagedServer, ports: Ports, person: string): Promise<readonly Line[]> {
  const linked = ports.projections.token(person, server.name);
  if (!linked) return [];
  try {
    const token = await withTimeout(ports.clock, TIMEOUT, ports.tokens.check(server, person));
    const asked = "Drydock requests your upgrades there with your own token.";
    if (!token) return [[`${asked} The server did not confirm in time that the token still works.`]];
    return [
      [
        token.proof === "server"
          ? `${asked} The server confirms that it is yours.`
          : `${asked} Drydock recognizes it by its permissions.`,
      ],
    ];
  } catch (error) {
    if (error instanceof UserError) return [error.line];
    if (error instanceof ServerError) return [[`Your own token there: ${error.message}`]];
    throw error;
  }
}
