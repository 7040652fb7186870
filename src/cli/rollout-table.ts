import { moment, momentText } from "../core/moment.ts";
import { isScheduled } from "../model/rollout/request.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Party, Review } from "../model/rollout/rollout-parts.ts";
import type { Projections } from "../projections/projections.ts";
import { progressOf } from "../projections/rollout-progress.ts";
import { isoTime } from "./local-look.ts";
import { type Styled, type StyledLine, table } from "./styled-text.ts";

const HEADS = ["ROLLOUT", "STATE", "UPGRADED", "OF", "FAILED", "IN FLIGHT", "WAITING", "WHEN", "OWNER"];

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
    timeOf(rollout),
    ownerOf(rollout),
  ];
}

export function rolloutJson(projections: Projections, rollout: Rollout): object {
  const { id, plan, owner, serverUser, channel, startedAt, endedAt, pause, stoppedBy, schedule } = rollout;
  const { request, review } = rollout;
  return {
    id,
    server: plan.server,
    status: rollout.status,
    owner: personJson({ person: owner, user: serverUser }),
    channel,
    requestedAt: request ? isoTime(request.askedAt) : null,
    requester: request ? personJson(request.requester) : null,
    /** Of the newest request: others do not count. */
    approvals: (request?.approvals ?? []).map((given) => ({ ...personJson(given), at: isoTime(given.at) })),
    emergency: review ? reviewJson(review) : null,
    startedAt: hasStarted(rollout) ? isoTime(startedAt) : null,
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

function reviewJson({ by, reason, agents, closed }: Review): object {
  const reviewed = closed ? { by: personJson(closed.by), note: closed.note, at: isoTime(closed.at) } : null;
  return { by: personJson(by), reason, agents, reviewed };
}

function personJson({ person, user }: Pick<Party, "person" | "user">): object {
  return { slack: person, account: user.name };
}

function hasStarted({ status }: Pick<Rollout, "status">): boolean {
  return status !== "requested" && status !== "closed";
}

/** Which time it is, as one alone would be taken for another: `started 2026-11-26 03:11 UTC`. */
export function timeOf(rollout: Pick<Rollout, "status" | "startedAt" | "endedAt">): string {
  const what = rollout.endedAt !== undefined ? "ended" : hasStarted(rollout) ? "started" : "asked for";
  return `${what} ${momentText(moment(rollout.endedAt ?? rollout.startedAt))}`;
}

/** The account on the server, and the person in Slack: no name is read from Slack here. */
export function ownerOf({ owner, serverUser }: Pick<Rollout, "owner" | "serverUser">): string {
  return nameOf({ person: owner, user: serverUser });
}

export function nameOf({ person, user }: Pick<Party, "person" | "user">): string {
  return `${user.name} (${person})`;
}

export function number(n: number): string {
  return n.toLocaleString("en");
}
