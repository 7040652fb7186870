import { count } from "../../core/format.ts";
import { data } from "../../core/view.ts";
import type { ServerCheck } from "./check.ts";
import { ok, warning } from "./finding.ts";

/** An account without the permission to view relays is shown none. */
export const serverRelays: ServerCheck = {
  code: "relays",
  async run(_ports, { name, fleet }) {
    const [agents, relays] = await Promise.all([fleet.agents(), fleet.relays()]);
    const behind = agents.filter(({ relayId }) => relayId !== undefined).length;
    if (behind === 0 || relays.length > 0)
      return [ok("relays", `${name} shows Drydock ${count(relays.length, "relay")}.`)];
    return [
      warning(
        "relays-hidden",
        [`${name} shows Drydock's account no relay, but ${count(behind, "agent is", "agents are")} behind one.`],
        ["Give the account a role with ", data("View Agent Relays"), "."],
      ),
    ];
  },
};
