import { standing } from "../src/app/asking/standing.ts";
import { defineCommand } from "../src/app/command.ts";
import type { Services } from "../src/app/services.ts";
import type { Site } from "../src/app/site.ts";
import { ServerError } from "../src/app/urbancode.ts";
import { UserError } from "../src/app/user-error.ts";
import { type Line, say } from "../src/app/view.ts";
import { within } from "../src/app/within.ts";

/** How long a server may think about somebody's token, in ms. */
const PATIENCE = 5_000;

export const whoami = defineCommand({
  name: "whoami",
  summary: "who you are on each server, and what you may do there",
  args: { flags: {}, example: "/agents whoami" },
  async handler(_args, { services, call }) {
    const sites = [...services.sites.values()];
    const all = await Promise.all(
      sites.map(async (site) => [
        (await standing(site, services.identities, call.person)).line,
        ...(await tokenLines(site, services, call.person)),
      ]),
    );
    return say("whoami", ...all.flat());
  },
});

/** Where the person's own token stands, as the server says now. */
async function tokenLines(site: Site, services: Services, person: string): Promise<readonly Line[]> {
  const linked = services.board.token(person, site.name);
  if (!linked) return [];
  try {
    const token = await within(services.clock, PATIENCE, services.tokens.check(site, person));
    const asked = "Your upgrades there are asked for with your own token.";
    if (!token) return [[`${asked} Whether the server still takes it, it did not say in time.`]];
    return [
      [token.proof === "server" ? `${asked} The server says that it is yours.` : `${asked} It is known by its rights.`],
    ];
  } catch (error) {
    if (error instanceof UserError) return [error.line];
    if (error instanceof ServerError) return [[`Your own token there: ${error.message}`]];
    throw error;
  }
}
