import { moment, momentText } from "../core/moment.ts";
import { isScheduled } from "../model/rollout/request.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Projections } from "../projections/projections.ts";
import { progressOf } from "../projections/rollout-progress.ts";
import { isoTime } from "./local-look.ts";
import { type Styled, type StyledLine, table } from "./styled-text.ts";

const HEADS = ["ROLLOUT", "STATE", "UPGRADED", "OF", "FAILED", "IN FLIGHT", "WAITING", "SINCE", "OWNER"];

/** The rows of rolloutRow, as `drydock status` and `drydock rollouts` print them. */
export function rolloutTable(rows: readonly StyledLine[]): readonly StyledLine[] {
  return rows.length === 0 ? [["No rollout."]] : table(HEADS, rows);
}

export function rolloutRow(projections: Projections, rollout: Rollout): StyledLine {
  const { verified, total, failed, inFlight, waiting, toReturn } = progressOf(projections, rollout);
  return [
    { text: rollout.id, style: "bold" },
    stateOf(rollout),
    number(verified),
    number(total),
    failed > 0 ? { text: number(failed), style: "bad" } : "0",
    number(inFlight),
    number(waiting + toReturn),
    momentText(moment(rollout.endedAt ?? rollout.startedAt)),
    ownerOf(rollout),
  ];
}

export function rolloutJson(projections: Projections, rollout: Rollout): object {
  const { id, plan, owner, serverUser, channel, startedAt, endedAt, pause, stoppedBy, schedule } = rollout;
  return {
    id,
    server: plan.server,
    status: rollout.status,
    owner: { slack: owner, account: serverUser.name },
    channel,
    startedAt: isoTime(startedAt),
    endedAt: endedAt === undefined ? null : isoTime(endedAt),
    startsAt: schedule && isScheduled(rollout) ? isoTime(schedule.at) : null,
    pausedBy: pause && rollout.status === "paused" ? pause.by : null,
    stoppedBy: stoppedBy ?? null,
    reason: plan.options.reason,
    progress: progressOf(projections, rollout),
  };
}

export function stateOf(rollout: Rollout): Styled {
  const { status } = rollout;
  if (status === "requested") return isScheduled(rollout) ? "scheduled" : "asks for approval";
  if (status === "closed") return "did not start";
  if (status === "running") return { text: status, style: "good" };
  return status === "paused" || status === "stopping" ? { text: status, style: "warning" } : status;
}

/** The account on the server, and the person in Slack: no name is read from Slack here. */
export function ownerOf({ owner, serverUser }: Pick<Rollout, "owner" | "serverUser">): string {
  return `${serverUser.name} (${owner})`;
}

export function number(n: number): string {
  return n.toLocaleString("en");
}
