import { count } from "../../core/format.ts";
import { data, type Line, type Span } from "../../core/view.ts";
import type { Share } from "../../model/server/server-events.ts";
import type { Breakdown } from "../../servers/break-down.ts";

const MAX_SHARES = 8;

/** What Upgrade Required costs on a server now. @param found left out: its teams were not read. */
export function blockedLines(blocked: number, all: number, found?: Breakdown): readonly Line[] {
  const headline = `${blocked.toLocaleString("en")} of ${count(all, "agent")} cannot deploy until ${blocked === 1 ? "it is" : "they are"} upgraded.`;
  return [[headline], ...(found ? breakdownLines(blocked, found) : [])];
}

export function breakdownLines(agents: number, { teams, tags, asked, tagged = agents }: Breakdown): readonly Line[] {
  const some = (read: number) =>
    read < agents ? ` (${read.toLocaleString("en")} of ${agents.toLocaleString("en")} agents)` : "";
  return [
    teams.length > 0
      ? [`By team${some(asked)}: `, ...shareSpans(teams), "."]
      : ["By team: the server does not show Drydock's account which teams they are on, or you may view none of them."],
    ...(tags.length > 0 ? [[`By tag${some(tagged)}: `, ...shareSpans(tags), "."]] : []),
  ];
}

function shareSpans(shares: readonly Share[]): Line {
  const shown = shares
    .slice(0, MAX_SHARES)
    .flatMap(({ name, agents }, i): Span[] => [i === 0 ? "" : ", ", data(name), ` ${agents.toLocaleString("en")}`]);
  const rest = shares.length - MAX_SHARES;
  return [...shown, ...(rest > 0 ? [` and ${rest.toLocaleString("en")} more`] : [])].filter((span) => span !== "");
}
