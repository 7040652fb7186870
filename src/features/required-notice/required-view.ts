import { count } from "../../core/format.ts";
import { type Button, data, type View } from "../../core/view.ts";
import { type Growth, stillBlocked } from "../../model/server/required.ts";
import type { Contribution } from "../contribution.ts";
import { breakdownLines } from "./required-notice-port.ts";

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

function planButton(server: string): Button {
  return { label: "Plan their upgrade", command: "upgrade-required", args: ["--server", server], style: "primary" };
}
