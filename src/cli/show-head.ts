import { count } from "../core/format.ts";
import { momentText } from "../core/moment.ts";
import type { Clock } from "../core/ports.ts";
import { type Line, lineText } from "../core/view.ts";
import type { Approval } from "../model/rollout/approval.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { RequestEnd, Review } from "../model/rollout/rollout-parts.ts";
import { causesText } from "../phrases/cause-text.ts";
import { resultWords, startWords, tally } from "../phrases/progress-words.ts";
import { progressOf } from "../projections/rollout-progress.ts";
import type { LocalLook } from "./local-look.ts";
import { nameOf, ownerOf, stateOf, timeOf } from "./rollout-table.ts";
import { rolloutWaits } from "./rollout-waits.ts";
import type { Styled, StyledLine } from "./styled-text.ts";

/** What `drydock show` prints of a rollout above its agents. */
export function showHead(look: LocalLook, rollout: Rollout, clock: Clock): readonly StyledLine[] {
  const { projections } = look;
  const progress = progressOf(projections, rollout);
  const { id, plan, request, review } = rollout;
  const ended = rollout.status === "ended";
  const state: Styled = ended ? resultWords(rollout, progress).text : stateOf(rollout);
  const starts = startWords(rollout);
  const facts: readonly (Line | false)[] = [
    !ended && [tally(progress)],
    ...rolloutWaits(look, rollout, clock).map((text): Line => [text]),
    starts !== undefined && ["Starts ", ...starts, "."],
    [`On ${plan.server}, owned by ${ownerOf(rollout)}, ${timeOf({ ...rollout, endedAt: undefined })}.`],
    rollout.endedAt !== undefined && [`Ended ${momentText({ at: rollout.endedAt })}.`],
    ...(request ? requestLines(rollout, request) : []),
    ...(review ? reviewLines(review) : []),
    // An emergency has its reason already.
    !review && plan.options.reason !== null && ["Reason: ", { data: plan.options.reason }],
  ];
  return [[{ text: id, style: "bold" }, ": ", state], ...facts.flatMap((line) => (line ? [[lineText(line)]] : []))];
}

function requestLines({ id }: Rollout, request: NonNullable<Rollout["request"]>): readonly Line[] {
  const { round, requester, approvals, closed } = request;
  const again = ` (request ${round}: approvals of earlier ones do not count, and drydock audit report ${id} names them)`;
  return [
    [`Asked for by ${nameOf(requester)} ${momentText({ at: request.askedAt })}${round > 1 ? again : ""}.`],
    ...(approvals.length > 0 ? [[`Approved by ${approvals.map(approvalText).join(", ")}.`]] : []),
    ...(closed ? [closedLine(closed)] : []),
  ];
}

function approvalText(approval: Approval): string {
  return `${nameOf(approval)} ${momentText({ at: approval.at })}`;
}

function reviewLines({ by, agents, reason, closed }: Review): readonly Line[] {
  const started = `Started by ${nameOf(by)} as an emergency, without approval, for ${count(agents, "agent")}: `;
  return [
    [started, { data: reason }],
    closed
      ? [`Reviewed by ${nameOf(closed.by)} ${momentText({ at: closed.at })}: `, { data: closed.note }]
      : ["Its review is open: an approver has to look at it."],
  ];
}

const CLOSED: Readonly<Record<RequestEnd["how"], string>> = {
  denied: "Denied",
  withdrawn: "Withdrawn",
  expired: "Its request expired",
};

function closedLine({ how, by, reason, causes }: RequestEnd): Line {
  const why: Line = reason !== undefined ? [{ data: reason }] : causesText(causes);
  // As the card says it: what was approved, and what the rules refused at its start.
  const what = by === "drydock" ? "Could not start" : `${CLOSED[how]}${by === undefined ? "" : ` by ${by}`}`;
  return [what, ...(why.length > 0 ? [": ", ...why] : ["."])];
}
