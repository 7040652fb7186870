import type { Cause } from "../../core/cause.ts";
import { follow, unscheduled } from "../../gates/follow.ts";
import { blockedAt } from "../../gates/index.ts";
import { ofRollout } from "../../gates/rollout-situation.ts";
import type { Policy } from "../../model/policy.ts";
import { askAgain } from "../../model/rollout/ask-again.ts";
import { canariesDone } from "../../model/rollout/canaries.ts";
import type { Course } from "../../model/rollout/progress.ts";
import {
  coveredUntil,
  isApproved,
  isAsking,
  isHeld,
  isScheduled,
  resumesWhenApproved,
} from "../../model/rollout/request.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { RolloutEvent } from "../../model/rollout/rollout-events.ts";
import type { Party, Request } from "../../model/rollout/rollout-parts.ts";
import type { Today } from "../../model/today.ts";

/**
 * What the time, the rules and its own course bring to a rollout: requests expire and are reminded of, canaries pass, and a gate that
 * blocks what runs pauses it.
 * @param course undefined: it does not run.
 */
export function decideDueRollout(rollout: Rollout, today: Today, course: Course | undefined): readonly RolloutEvent[] {
  return [...offerDue(rollout, today.now), ...withoutPastTime(rollout, today.now, ownDue(rollout, today, course))];
}

/** Asked for again at or after its time, it keeps no time that is over. */
function withoutPastTime(rollout: Rollout, now: number, events: readonly RolloutEvent[]): readonly RolloutEvent[] {
  const isPast = isScheduled(rollout) && now >= (rollout.schedule?.at ?? 0);
  const asked = events.flatMap((event) => (event.type === "rollout.requested" ? [event] : []))[0];
  if (!isPast || !asked || events.some(({ type }) => type === "rollout.unscheduled")) return events;
  return [unscheduled(asked.data.because ?? []), ...events];
}

/** Nobody has accepted an offer in time. */
function offerDue({ offer }: Rollout, now: number): readonly RolloutEvent[] {
  return offer && !offer.over && now >= offer.expiresAt
    ? [{ type: "rollout.offer-ended", data: { how: "expired", by: "drydock" } }]
    : [];
}

function ownDue(rollout: Rollout, today: Today, course: Course | undefined): readonly RolloutEvent[] {
  const { policy, now } = today;
  const start = scheduleDue(rollout, today);
  if (start.length > 0) return start;
  if (isAsking(rollout)) {
    const due = requestDue(rollout, today);
    if (due.length > 0) return due;
  }
  if (rollout.status !== "running" || !course?.left) return [];
  const blocked = blockedAt("tick", "rollout", ofRollout(rollout, now, { course }), policy);
  const events = follow("tick", rollout, blocked, (because) => askAgain(rollout, today, because));
  // A hold stops what the canaries let begin, so they have passed; anything else stops the canaries too.
  const passes = blocked.every((found) => found.effect === "pause" && found.kind === "canary");
  return [...(passes ? canariesPassed(rollout, course) : []), ...events];
}

function canariesPassed(rollout: Rollout, { upgrades }: Course): readonly RolloutEvent[] {
  const done = canariesDone(rollout, upgrades);
  return done ? [{ type: "canary.passed", data: { canaries: done.canaries } }] : [];
}

/**
 * A pause ends with the rollout if no person resumes it, and it waits for no approval that does: that has an end of its own.
 * @param pausedFor for how long it has been paused, in ms.
 */
export function pauseDue(rollout: Rollout, policy: Policy, pausedFor: number): readonly RolloutEvent[] {
  const isAwaited = resumesWhenApproved(rollout) && !isHeld(rollout, policy);
  const isOver = rollout.status === "paused" && !isAwaited && pausedFor >= policy.pauseExpires;
  return isOver ? [{ type: "rollout.stopped", data: { by: "drydock" } }] : [];
}

function requestDue(rollout: Rollout, today: Today): readonly RolloutEvent[] {
  const { policy, now } = today;
  const { request } = rollout;
  if (!request) return [];
  // What has its approvals waits only for the server; the approvals' own time bounds that.
  const end = isApproved(rollout, policy) ? coveredUntil(rollout, policy) : request.expiresAt;
  const anew = (at: "asking" | "request-over") =>
    follow(at, rollout, blockedAt(at, "rollout", ofRollout(rollout, now), policy), (because) =>
      askedAnew(rollout, request, today, because),
    );
  if (now >= end) {
    const asked = anew("request-over");
    return asked.length > 0 ? asked : [{ type: "rollout.expired", data: {} }];
  }
  if (!isApproved(rollout, policy)) {
    const asked = anew("asking");
    if (asked.length > 0) return asked;
  }
  const half = request.askedAt + (request.expiresAt - request.askedAt) / 2;
  if (!request.reminded && now >= half && !isApproved(rollout, policy)) return [{ type: "rollout.reminded", data: {} }];
  return [];
}

/** The same request by the rules of now: its requester, its reasons and what its approvals do stay as they are. */
function askedAnew(
  rollout: Rollout,
  { because, requester, held }: Request,
  today: Today,
  causes: readonly Cause[],
): RolloutEvent {
  const earlier = (because ?? []).filter(({ code }) => causes.every((one) => one.code !== code));
  const asked = askAgain(rollout, today, [...earlier, ...causes], requester);
  return held === undefined ? asked : { ...asked, data: { ...asked.data, held } };
}

/**
 * What becomes of a scheduled start whose time has come and that cannot begin: it is asked again where it wants approvals,
 * otherwise its owner has to start it. It is also asked once approvals are wanted that were not before. Nothing = it may
 * begin, or its time has not come.
 */
export function scheduleDue(rollout: Rollout, today: Today): readonly RolloutEvent[] {
  const { policy, now } = today;
  const { schedule } = rollout;
  if (!schedule || !isScheduled(rollout)) return [];
  const isDue = isApproved(rollout, policy) && now >= schedule.at;
  const at = isDue ? "start-due" : "scheduled";
  const asked = isDue ? { ...rollout, schedule: undefined } : rollout;
  const blocked = blockedAt(at, "rollout", ofRollout(rollout, now), policy);
  return follow(at, rollout, blocked, (because) => askAgain(asked, today, because));
}

/**
 * What a server brings that was upgraded in the middle of a rollout.
 * @param version what the server reports now; undefined if it does not report it.
 * @param by the person who resumes it. Left out = no person does: what was paused before stays paused when it is approved.
 */
export function versionEvents(
  rollout: Rollout,
  today: Today,
  version: string | undefined,
  by?: Party,
): readonly RolloutEvent[] {
  const { policy, now } = today;
  const blocked = blockedAt("version", "rollout", ofRollout(rollout, now, { serverVersion: version }), policy);
  const plan = { ...rollout.plan, serverVersion: version ?? null };
  const held = !by && rollout.status === "paused" && !resumesWhenApproved(rollout);
  // What waits for approval already stays the request of its requester.
  const asker = by ?? (isAsking(rollout) ? rollout.request?.requester : undefined);
  return follow("version", rollout, blocked, (because) => {
    const asked = askAgain({ ...rollout, plan }, today, because, asker);
    return held ? { ...asked, data: { ...asked.data, held } } : asked;
  });
}
