import { names } from "../core/format.ts";
import { timeOfDay } from "../core/moment.ts";
import type { Line } from "../core/view.ts";
import { hasComeBack, type Upgrade } from "../model/upgrade/upgrade.ts";

/** Agents that counted as failed and are upgraded. */
export function cameBackLine(back: readonly Upgrade[]): Line {
  const last = Math.max(...back.map(({ outcome }) => outcome?.at ?? 0));
  const agents = back.map(({ agent }) => agent.name);
  const isOne = agents.length === 1;
  const [did, when] = back.every(hasComeBack)
    ? ["came back", "at"]
    : [`${isOne ? "has" : "have"} a new version`, "since"];
  return ["✔ Resolved: ", ...names(agents, 3), ` ${did}${isOne ? "" : ", the last"} ${when} `, timeOfDay(last), "."];
}
