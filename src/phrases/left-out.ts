import { unknownStatusPieces } from "../core/agent.ts";
import { count, names } from "../core/format.ts";
import type { Line, Part } from "../core/view.ts";
import type { Exclusion, ExclusionReason } from "../model/plan/plan.ts";
import type { Unjudged } from "../model/plan/plan-facts.ts";
import { causeText } from "./cause-text.ts";
import type { Who } from "./phrase.ts";

/** Exclusions whose agents are counted and not named: the person may not view them, or they were not looked at. */
const UNNAMED: ReadonlySet<ExclusionReason> = new Set(["no permission", "over the limit"]);

export interface LeftOut {
  readonly excluded: readonly Exclusion[];
  readonly overLimit?: number;
  /** As the reader knows the person who lacks a permission. */
  readonly who: Who;
}

/** Why agents are left out, one line a reason. */
export function leftOutLines({ excluded, overLimit = 0, who }: LeftOut): readonly Line[] {
  const groups = new Map<ExclusionReason, Exclusion[]>();
  for (const exclusion of excluded) {
    const group = groups.get(exclusion.reason);
    if (group) group.push(exclusion);
    else groups.set(exclusion.reason, [exclusion]);
  }
  const lines = [...groups]
    .filter(([reason]) => reason !== "over the limit")
    .map(([reason, members]): Line => {
      const n = `${members.length.toLocaleString("en")} left out: `;
      if (UNNAMED.has(reason)) return [n, ...differing(members, who), "."];
      const shown = names(
        members.map((member) => member.agent.name),
        3,
      );
      return [n, ...shown, " (", ...differing(members, who), ")."];
    });
  const over = (groups.get("over the limit")?.length ?? 0) + overLimit;
  if (over > 0) lines.push([`${over.toLocaleString("en")} left out: over the limit.`]);
  return lines;
}

/** It is read on a phone: the rest is behind its button. */
const MAX_REASONS = 3;

/** The same for a plan, and how many its command did not select. */
export function leftOutParts({
  notSelected = 0,
  everyReason = false,
  ...given
}: LeftOut & {
  readonly notSelected?: number;
  /** For a terminal, which has room and no button. */
  readonly everyReason?: boolean | undefined;
}): readonly Part[] {
  const others: Line[] = notSelected > 0 ? [[`${count(notSelected, "agent")} not selected.`]] : [];
  const reasons = leftOutLines(given);
  const lines = [...(everyReason ? reasons : fewReasons(reasons)), ...others];
  return lines.length > 0 ? [{ kind: "text", lines }] : [];
}

/** The same for the card of a request. */
export function leftOutOfRequest(given: Pick<LeftOut, "excluded" | "overLimit">): readonly Line[] {
  return fewReasons(leftOutLines({ ...given, who: "requester" }));
}

function fewReasons(lines: readonly Line[]): readonly Line[] {
  const rest = lines.length - MAX_REASONS;
  const more: Line[] = rest > 0 ? [[`Others are left out for ${count(rest, "more reason")}: press Agents.`]] : [];
  return [...lines.slice(0, MAX_REASONS), ...more];
}

/** Two of their causes. */
function differing(members: readonly Exclusion[], who: Who): Line {
  const different = [...new Map(members.map(({ cause }) => [JSON.stringify(cause), cause])).values()];
  const shown = different.slice(0, 2).flatMap((each, i): Line => [i === 0 ? "" : "; ", ...causeText(each, who)]);
  return different.length > 2 ? [...shown, "; …"] : shown;
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
