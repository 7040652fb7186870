import { defineCommand } from "../src/app/command.ts";
import { ServerError } from "../src/app/ports.ts";
import { readGrants } from "../src/app/rights.ts";
import { UserError } from "../src/app/user-error.ts";
import { data, type Line, say } from "../src/app/view.ts";
import { wantedPermissions } from "../src/domain/policy.ts";
import { holdsEverywhere } from "../src/domain/rights.ts";

export const whoami = defineCommand({
  name: "whoami",
  summary: "who you are on each server, and what you may do there",
  args: { flags: {}, example: "/agents whoami" },
  async handler(_args, { services, call }) {
    const lines: Line[] = [];
    for (const site of services.sites.values()) {
      try {
        const { user, via } = await services.identities.on(site, call.person);
        const grants = await readGrants(site, user);
        const wanted = wantedPermissions(site.policy, new Set(site.policy.whereKnown));
        const everywhere = wanted.filter((permission) => holdsEverywhere(grants, permission));
        const teams = new Set(grants.mappings.map((mapping) => mapping.teamId)).size;
        lines.push([
          { bold: site.name },
          ": you are ",
          data(user.name),
          via === "mapping" ? ", by the configured mapping." : ", by your e-mail address.",
          everywhere.length === wanted.length
            ? " You may upgrade every agent there."
            : ` You have roles on ${teams} ${teams === 1 ? "team" : "teams"}; an upgrade wants ${wanted.join(", ")} on the agent.`,
        ]);
      } catch (error) {
        if (!(error instanceof UserError || error instanceof ServerError)) throw error;
        lines.push([{ bold: site.name }, ": ", error.message]);
      }
    }
    return say(...lines);
  },
});
