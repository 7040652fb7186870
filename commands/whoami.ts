import { defineCommand } from "../src/app/command.ts";
import { standing } from "../src/app/standing.ts";
import { say } from "../src/app/view.ts";

export const whoami = defineCommand({
  name: "whoami",
  summary: "who you are on each server, and what you may do there",
  args: { flags: {}, example: "/agents whoami" },
  async handler(_args, { services, call }) {
    const sites = [...services.sites.values()];
    const all = await Promise.all(sites.map((site) => standing(site, services.identities, call.person)));
    return say(...all.map(({ line }) => line));
  },
});
