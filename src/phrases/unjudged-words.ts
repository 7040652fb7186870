import { count } from "../core/format.ts";
import { unknownStatusPieces } from "../core/status-spellings.ts";
import type { Line } from "../core/view.ts";
import type { Unjudged } from "../model/plan/plan-facts.ts";

function notKnown(n: number): string {
  return `Drydock does not know whether ${n === 1 ? "it needs" : "they need"} the upgrade.`;
}

export function unjudgedLines({ unknown, neverContacted, unreachable }: Unjudged): readonly Line[] {
  const lines: Line[] = [];
  const n = unknown.reduce((sum, { agents }) => sum + agents, 0);
  if (n > 0)
    lines.push([
      `${count(n, "agent has", "agents have")} a status that Drydock does not know (`,
      ...unknownStatusPieces(unknown),
      `). ${notKnown(n)}`,
    ]);
  if (unreachable > 0)
    lines.push([`${count(unreachable, "agent is", "agents are")} in ERROR or CONNECTING. ${notKnown(unreachable)}`]);
  if (neverContacted > 0)
    lines.push([
      `${count(neverContacted, "agent was", "agents were")} never in contact with the server. ${notKnown(neverContacted)}`,
    ]);
  return lines;
}
