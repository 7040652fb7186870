import { count } from "../../core/format.ts";
import { type Button, data, type Line, type Span, type View } from "../../core/view.ts";
import { type Growth, stillBlocked } from "../../model/server/required.ts";
import type { Share } from "../../model/server/server-events.ts";
import type { Breakdown } from "../../servers/break-down.ts";
import type { Contribution } from "../contribution.ts";

const MAX_SHARES = 8;

export const requiredAgents: Contribution = {
  notices: ({ server: { name }, state: { required } }) => {
    const { growth } = required;
    return growth ? [{ key: `required-${growth.n}`, view: growthView(name, growth, stillBlocked(required)) }] : [];
  },
};

/** Tells the operations channel that more agents cannot deploy than before; drawn again as more join them, and as they can again. */
export function growthView(server: string, growth: Growth, still: number): View {
  const { before, serverVersion, ...found } = growth;
  const agents = growth.agents.size;
  const headline = `${count(agents, "agent")} on ${server} turned Upgrade Required and cannot deploy before the upgrade`;
  const left = still === 0 ? "None of them is" : `${still.toLocaleString("en")} of them ${still === 1 ? "is" : "are"}`;
  return {
    key: "newly-blocked",
    summary: [headline],
    parts: [
      { kind: "heading", text: headline },
      {
        kind: "text",
        lines: [
          [
            before > 0
              ? `Before that, ${count(before, "agent was", "agents were")} Upgrade Required.`
              : "There were none before.",
            ...(still < agents ? [` ${left} still Upgrade Required.`] : []),
            ...(serverVersion === null ? [] : [" The server is at ", data(serverVersion), "."]),
          ],
          ...breakdownLines(agents, found),
        ],
      },
      {
        kind: "note",
        lines: [["The button makes a plan for the person who presses it, with the agents that they may upgrade."]],
      },
      { kind: "buttons", buttons: [planButton(server)] },
    ],
  };
}

/** What Upgrade Required costs on a server now. @param found left out: its teams were not read. */
export function blockedLines(blocked: number, all: number, found?: Breakdown): readonly Line[] {
  const headline = `${blocked.toLocaleString("en")} of ${count(all, "agent")} cannot deploy until ${blocked === 1 ? "it is" : "they are"} upgraded.`;
  return [[headline], ...(found ? breakdownLines(blocked, found) : [])];
}

function breakdownLines(agents: number, { teams, tags, asked, tagged = agents }: Breakdown): readonly Line[] {
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

function planButton(server: string): Button {
  return { label: "Plan their upgrade", command: "upgrade-required", args: ["--server", server], style: "primary" };
}
