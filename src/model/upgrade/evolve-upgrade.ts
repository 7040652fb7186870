import { isConnected, needsUpgrade } from "../../core/agent.ts";
import type { StoredEvent } from "../events.ts";
import { isDone, isFailure } from "./outcome.ts";
import { isChanged, type Observation, type Reached, type Upgrade, upgradeId } from "./upgrade.ts";

/** An upgrade after one more event of its stream; undefined until it is intended or skipped. */
export function evolveUpgrade(state: Upgrade | undefined, event: StoredEvent): Upgrade | undefined {
  if (!state) return begin(event);
  // The same attempt, anew: nothing of what came before it happened on the agent.
  if (state.postponed && (event.type === "upgrade.intended" || event.type === "upgrade.skipped")) {
    const again = begin(event);
    return again && { ...again, postponements: state.postponements ?? 0 };
  }
  const next = { ...state, seq: event.seq };
  switch (event.type) {
    case "upgrade.triggered":
      return { ...next, triggeredAt: event.at };
    case "upgrade.uncertain": {
      const { code, text } = event.data;
      return { ...next, uncertain: true, ...(code ? { unclear: { code, text } } : {}) };
    }
    case "upgrade.postponed": {
      const { wait, text } = event.data;
      return { ...next, postponed: { at: event.at, wait, text }, postponements: (state.postponements ?? 0) + 1 };
    }
    case "upgrade.observed":
      return observe(next, event.data, event.at);
    case "upgrade.outcome": {
      const { outcome, detail, holdsSlot } = event.data;
      const { postponed: _over, ...rest } = next;
      return {
        ...rest,
        outcome: { kind: outcome, detail, at: event.at, position: event.position },
        took: outcome === "verified" ? tookOf(state, event) : undefined,
        extensions: 0,
        holdsSlot,
      };
    }
    case "upgrade.corrected": {
      const { recoveredFrom: _before, ...rest } = next;
      const failure = state.outcome && isFailure(state.outcome.kind) && isDone(event.data.outcome);
      return {
        ...rest,
        ...(failure ? { recoveredFrom: state.outcome } : {}),
        outcome: { kind: event.data.outcome, detail: event.data.detail, at: event.at, position: event.position },
        took: undefined,
        extensions: 0,
        holdsSlot: false,
      };
    }
    case "upgrade.extended":
      return { ...next, extensions: event.data.restarts };
    case "upgrade.released":
      return { ...next, holdsSlot: false };
    case "upgrade.closed":
      return { ...next, holdsSlot: false, closed: true };
    default:
      return next;
  }
}

function begin(event: StoredEvent): Upgrade | undefined {
  if (event.type !== "upgrade.intended" && event.type !== "upgrade.skipped") return undefined;
  const { rollout, server, agent, attempt, from } = event.data;
  const skipped = event.type === "upgrade.skipped";
  return {
    id: upgradeId(rollout, agent.id, attempt),
    rollout,
    server,
    agent,
    attempt,
    from,
    ...(event.type === "upgrade.intended" && event.data.wanted ? { wanted: event.data.wanted } : {}),
    ...(event.type === "upgrade.intended" && event.data.account ? { account: event.data.account } : {}),
    seq: event.seq,
    intendedAt: event.at,
    triggeredAt: undefined,
    uncertain: false,
    last: undefined,
    awayAt: undefined,
    downSince: undefined,
    stuckSince: undefined,
    backSince: undefined,
    oldSince: undefined,
    departures: 0,
    seenAt: undefined,
    outcome: skipped ? reachedBy(event) : undefined,
    took: undefined,
    extensions: 0,
    holdsSlot: !skipped,
    closed: skipped,
  };
}

function reachedBy({ data, at, position }: Extract<StoredEvent, { type: "upgrade.skipped" }>): Reached {
  return { kind: data.elsewhere ? "elsewhere" : "skipped", detail: data.why, at, position };
}

/** Older ledgers say it by their times alone, and the clock may have been set back in between. */
function tookOf({ intendedAt }: Upgrade, { at, data: { took } }: Extract<StoredEvent, { type: "upgrade.outcome" }>) {
  if (took === undefined) return at >= intendedAt ? at - intendedAt : undefined;
  return took ?? undefined;
}

/** What one look at the agent adds. */
export function observe(state: Upgrade, seen: Observation, at: number): Upgrade {
  const connected = isConnected(seen.status);
  const stuck = !connected && seen.status !== "offline" && seen.status !== "gone";
  const wasAway = state.downSince !== undefined || state.backSince !== undefined;
  const changed = isChanged(state.from, seen.version);
  // What still needs the upgrade and never went away is at the version that was not told before.
  const from = state.from ?? (state.departures === 0 && needsUpgrade(seen.status) ? seen.version : null);
  const isOld = connected && seen.version !== null && seen.version === from;
  return {
    ...state,
    from,
    seenAt: at,
    departures: state.departures + (!connected && state.downSince === undefined ? 1 : 0),
    oldSince: isOld ? (state.oldSince ?? at) : undefined,
    last: { status: seen.status, version: seen.version },
    awayAt: connected ? state.awayAt : (state.awayAt ?? at),
    downSince: connected ? undefined : (state.downSince ?? at),
    stuckSince: stuck ? (state.stuckSince ?? at) : undefined,
    backSince: connected && (wasAway || changed) ? (state.backSince ?? at) : undefined,
  };
}
