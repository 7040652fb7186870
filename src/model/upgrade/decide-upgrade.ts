import { isConnected, needsUpgrade } from "../../core/agent.ts";
import { type Cause, cause } from "../../core/cause.ts";
import { compareReleases, parseVersion } from "../../core/version.ts";
import type { Deadlines } from "./deadlines.ts";
import { observe } from "./evolve-upgrade.ts";
import type { Outcome } from "./outcome.ts";
import { isChanged, type Observation, type Removed, type Upgrade } from "./upgrade.ts";
import type { UpgradeEvent } from "./upgrade-events.ts";

/** Online, not asked to upgrade any more, at another version: the proof, from whatever phase it is seen. */
export function provesUpgrade(from: string | null, seen: Observation): boolean {
  return isOnline(seen) && isChanged(from, seen.version);
}

/** If no version was told before, only the server's own, after the agent was away, is known to be new. */
export function isProven(
  { from, departures }: Pick<Upgrade, "from" | "departures">,
  seen: Observation,
  wanted: string | null,
): boolean {
  return from === null
    ? isOnline(seen) && departures > 0 && hasReached(seen.version, wanted)
    : provesUpgrade(from, seen);
}

function isOnline({ status }: Observation): boolean {
  return status === "online" || status === "connected";
}

/**
 * What a look at the agent means. Deadlines count only when the agent was looked at after they passed: a server that gives
 * no answer makes no upgrade fail.
 * @param wanted the server's version when the agent was asked, if it is known: the version that it should have reached.
 */
export function decideObserved(
  state: Upgrade,
  seen: Observation,
  at: number,
  deadlines: Deadlines,
  wanted: string | null = null,
): readonly UpgradeEvent[] {
  if (state.closed || state.postponed) return [];
  const events: UpgradeEvent[] = [];
  let now = state;
  if (state.last?.status !== seen.status || state.last.version !== seen.version) {
    events.push({ type: "upgrade.observed", data: { status: seen.status, version: seen.version } });
    now = observe(state, seen, at);
  }
  return [
    ...events,
    ...(now.outcome
      ? afterOutcome(now, now.outcome, seen, at, deadlines, wanted)
      : beforeOutcome(now, seen, at, deadlines, wanted)),
  ];
}

function beforeOutcome(
  state: Upgrade,
  seen: Observation,
  at: number,
  deadlines: Deadlines,
  wanted: string | null,
): readonly UpgradeEvent[] {
  if (isProven(state, seen, wanted)) return [outcome("verified", versionOf(seen), false)];
  if (seen.removed) return [gone(seen.removed)];
  if (state.stuckSince !== undefined && passed(state.stuckSince, deadlines.stuck, at)) {
    return [outcome("stuck", shownAs(seen), true)];
  }
  // Each of its comings and goings begins another deadline anew: together they have one too.
  if (state.departures > 1 && passed(state.intendedAt, longest(deadlines), at))
    return [outcome("stuck", cause("comes-and-goes"), !isConnected(seen.status))];
  if (state.downSince !== undefined) {
    return passed(state.downSince, deadlines.notBack, at) ? [outcome("never-back", shownAs(seen), true)] : [];
  }
  if (mayStillBegin(state, seen, at, deadlines)) return [];
  if (state.backSince !== undefined)
    return passed(state.backSince, deadlines.stable, at) ? [judgeReturn(state, seen, wanted)] : [];
  if (!needsUpgrade(seen.status)) return [outcome("unchanged", versionOf(seen), false)];
  return [untouched(state, seen)];
}

/** Its host may go on upgrading unseen, unless it is here under another id. */
function gone({ namesake }: Removed): UpgradeEvent {
  if (!namesake) return outcome("removed", null, true);
  const { id, status, version } = namesake;
  return outcome("replaced", cause("namesake", { id, status, version }), !isConnected(status));
}

/** It was asked, and did nothing. Whose fault that is depends on what the server answered. */
function untouched({ triggeredAt, unclear }: Upgrade, seen: Observation): UpgradeEvent {
  if (triggeredAt !== undefined) return outcome("never-offline", versionOf(seen), false);
  if (!unclear) return outcome("unknown", versionOf(seen), false);
  return outcome(unclear.code === "not-the-api" ? "not-the-api" : "unanswered", said(unclear.text), false);
}

/**
 * An agent that is as it was may have lost its connection for a moment, and what it was asked for may still be to come: until the
 * never-went-offline deadline it is as one that has not begun.
 */
function mayStillBegin(state: Upgrade, seen: Observation, at: number, deadlines: Deadlines): boolean {
  const asked = state.triggeredAt ?? state.intendedAt;
  return !isChanged(state.from, seen.version) && !passed(asked, deadlines.neverOffline, at);
}

function judgeReturn(state: Upgrade, seen: Observation, wanted: string | null): UpgradeEvent {
  if (!needsUpgrade(seen.status)) return outcome("unchanged", versionOf(seen), false);
  if (!isChanged(state.from, seen.version)) return outcome("back-old", versionOf(seen), false);
  // The server may be late to recalculate its status, or be newer itself by now.
  return outcome(hasReached(seen.version, wanted) ? "verified" : "still-wanted", versionOf(seen), false);
}

function hasReached(version: string | null, wanted: string | null): boolean {
  const [mine, theirs] = [parseVersion(version ?? ""), parseVersion(wanted ?? "")];
  return mine !== undefined && theirs !== undefined && compareReleases(mine, theirs) >= 0;
}

function afterOutcome(
  state: Upgrade,
  reached: NonNullable<Upgrade["outcome"]>,
  seen: Observation,
  at: number,
  deadlines: Deadlines,
  wanted: string | null,
): readonly UpgradeEvent[] {
  // Once it is proven, the server may want it upgraded again.
  const isStill = reached.kind === "verified" && isConnected(seen.status) && isChanged(state.from, seen.version);
  if (isStill || isProven(state, seen, wanted)) {
    if (reached.kind !== "verified")
      return [{ type: "upgrade.corrected", data: { outcome: "verified", detail: versionOf(seen) } }];
    return passed(Math.max(reached.at, state.backSince ?? 0), deadlines.stable, at)
      ? [{ type: "upgrade.closed", data: {} }]
      : [];
  }
  if (reached.kind === "verified" && state.downSince !== undefined && passed(state.downSince, deadlines.notBack, at)) {
    return [{ type: "upgrade.corrected", data: { outcome: "lost-again", detail: shownAs(seen) } }];
  }
  if (reached.kind === "verified" && state.oldSince !== undefined && passed(state.oldSince, deadlines.stable, at)) {
    const detail = cause("back-at-version", { version: seen.version });
    return [{ type: "upgrade.corrected", data: { outcome: "lost-again", detail } }];
  }
  // Seen connected, so nothing is running on it any more: the slot is free. A late proof is still looked for.
  if (state.holdsSlot && isConnected(seen.status) && !mayStillBegin(state, seen, at, deadlines))
    return [{ type: "upgrade.released", data: {} }];
  return decideDue(state, at, deadlines);
}

/** What the time alone brings, whether or not the server answers. */
export function decideDue(state: Upgrade, at: number, deadlines: Deadlines): readonly UpgradeEvent[] {
  if (state.closed || state.postponed) return [];
  if (!state.outcome) {
    // What was seen lately comes to a deadline of its own.
    const unseen = passed(state.seenAt ?? state.intendedAt, deadlines.notBack, at);
    return unseen && passed(state.intendedAt, longest(deadlines), at)
      ? [outcome("unobserved", cause("no-answer"), false)]
      : [];
  }
  const events: UpgradeEvent[] = [];
  if (state.holdsSlot && passed(state.outcome.at, deadlines.zombie, at))
    events.push({ type: "upgrade.released", data: {} });
  if (passed(state.outcome.at, Math.max(deadlines.lateWatch, deadlines.zombie), at))
    events.push({ type: "upgrade.closed", data: {} });
  return events;
}

/** Longer than this no upgrade lasts, whatever happens. */
function longest({ neverOffline, notBack, stuck, zombie }: Deadlines): number {
  return neverOffline + notBack + stuck + zombie;
}

/** The end of an attempt that did not begin: nothing happened on the agent. */
export function notTriggered(kind: "refused" | "unsent", why: Cause): readonly UpgradeEvent[] {
  return [outcome(kind, why, false)];
}

function outcome(kind: Outcome, detail: Cause | null, holdsSlot: boolean): UpgradeEvent {
  return { type: "upgrade.outcome", data: { outcome: kind, detail, holdsSlot } };
}

function versionOf({ version }: Observation): Cause {
  return cause("at-version", { version });
}

function shownAs({ status }: Observation): Cause {
  return cause("shown-as", { status });
}

function said(text: string): Cause {
  return cause("server-said", { text });
}

function passed(since: number, limit: number, now: number): boolean {
  return now - since >= limit;
}
