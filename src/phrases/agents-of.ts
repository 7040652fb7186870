import { count } from "../core/format.ts";
import { darkOf, type Plan } from "../model/plan/plan.ts";

/** `3 agents`, `3 agents (and 2 that are offline, if they come back)`, `2 relays (24 agents go dark meanwhile)`. */
export function agentsOf(plan: Pick<Plan, "agents" | "waiting" | "relays">): string {
  const { agents, waiting = [], relays } = plan;
  if (relays) {
    const dark = darkOf(plan);
    return `${count(relays.length, "relay")}${dark > 0 ? ` (${count(dark, "agent goes", "agents go")} offline meanwhile)` : ""}`;
  }
  const offline = waiting.length.toLocaleString("en");
  const also = waiting.length === 0 ? "" : ` (and ${offline} that are offline, if they come back)`;
  return `${count(agents.length, "agent")}${also}`;
}
