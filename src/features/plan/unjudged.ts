import type { Agent } from "../../core/agent.ts";
import { count } from "../../core/format.ts";
import { unknownStatuses, unknownStatusPieces } from "../../core/status-spellings.ts";
import type { Line } from "../../core/view.ts";
import type { Unjudged } from "../../model/plan/plan-facts.ts";

/** @param matching all that were asked for, whatever their status. */
export function unjudgedOf(matching: readonly Agent[]): Unjudged {
  const some = (...statuses: readonly Agent["status"][]) =>
    matching.filter(({ status }) => statuses.includes(status)).length;
  return {
    unknown: unknownStatuses(matching),
    neverContacted: some("never-contacted"),
    unreachable: some("error", "connecting"),
  };
}

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

/** @param offline agents that were asked for. */
export function offlineUnknown(offline: number): string {
  return `${count(offline, "agent is", "agents are")} offline. Drydock does not know whether ${offline === 1 ? "it needs" : "they need"} the upgrade.`;
}
