import { defineCommand } from "../src/conversation/command.ts";
import { homeView } from "../src/features/status/home-view.ts";
import { type HomePorts, readHome } from "../src/features/status/read-home.ts";

/** A person's own page, drawn when they open it and after what they press. */
export const home = defineCommand({
  name: "home",
  summary: "show your page",
  // Its own limit holds for it, so that presses do not use up what a person may type.
  always: true,
  args: { flags: {}, example: "open Drydock's page in Slack" },
  async handler(_args, { call }, ports: HomePorts) {
    return homeView(await readHome(call.person, ports));
  },
});
