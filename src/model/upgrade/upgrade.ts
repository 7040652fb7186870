import { type AgentStatus, isConnected } from "../../core/agent.ts";
import type { Cause } from "../../core/cause.ts";
import type { StoredEvent } from "../events.ts";
import type { Outcome } from "./outcome.ts";
import type { UncertainCode, UpgradingAgent } from "./upgrade-events.ts";

/** One attempt at one agent's upgrade, folded from its stream. Times are milliseconds since 1970. */
export interface Upgrade {
  readonly id: string;
  readonly rollout: string;
  readonly server: string;
  readonly agent: UpgradingAgent;
  readonly attempt: number;
  readonly from: string | null;
  /** Events in the stream so far. */
  readonly seq: number;
  readonly intendedAt: number;
  /** Set once the server is known to have taken the request. */
  readonly triggeredAt: number | undefined;
  /** Whether the request ended without an answer that says whether the server took it. */
  readonly uncertain: boolean;
  /** The answer that left this open, where there was one for which no agent is to blame. */
  readonly unclear?: { readonly code: UncertainCode; readonly text: string };
  /** Set while the server has not taken the request and wants to be asked again later, after `wait` ms. */
  readonly postponed?: { readonly at: number; readonly wait: number; readonly text: string };
  /** How often the server has put this attempt off. */
  readonly postponements?: number;
  readonly last: Observation | undefined;
  /** When it was first seen to be away. */
  readonly awayAt: number | undefined;
  /** Since when the agent has not been connected; undefined while it is. */
  readonly downSince: number | undefined;
  /** Since when it has been in a status that is no proper place to be. */
  readonly stuckSince: number | undefined;
  /** Since when it has been connected again after it went away or changed. */
  readonly backSince: number | undefined;
  /** Since when it has been connected at the version that it had before. */
  readonly oldSince: number | undefined;
  /** How often it went away. */
  readonly departures: number;
  /** When something new was last seen of it. */
  readonly seenAt: number | undefined;
  readonly outcome: Reached | undefined;
  /** From the request to the proof, in ms; undefined where it has not been proven, or nobody knows for sure. */
  readonly took: number | undefined;
  /** How often restarts have extended the deadlines of where it stands. */
  readonly extensions: number;
  /** Whether it counts among the ten. */
  readonly holdsSlot: boolean;
  readonly closed: boolean;
}

export interface Reached {
  readonly kind: Outcome;
  readonly detail: Cause | null;
  readonly at: number;
  /** Its place in the ledger: what came earlier is told by that, since the wall clock may be set back. */
  readonly position: number;
}

export interface Observation {
  readonly status: AgentStatus;
  readonly version: string | null;
  /** It is proven that the server has it no more. */
  readonly removed?: Removed;
}

/** `namesake`: another agent with its name, as one has whose host has registered it anew. */
export interface Removed {
  readonly namesake?: { readonly id: string } & Pick<Observation, "status" | "version">;
}

export function upgradeId(rollout: string, agentId: string, attempt: number): string {
  return `${rollout}.${agentId}.${attempt}`;
}

/** The parts of an upgrade's id; undefined where it is none. Neither a rollout's id nor an attempt has a dot in it. */
export function parseUpgradeId(
  id: string,
): { readonly rollout: string; readonly agentId: string; readonly attempt: number } | undefined {
  const match = /^([^.]+)\.(.+)\.(\d+)$/s.exec(id);
  if (!match?.[1] || !match[2]) return undefined;
  return { rollout: match[1], agentId: match[2], attempt: Number(match[3]) };
}

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
    case "upgrade.corrected":
      return {
        ...next,
        outcome: { kind: event.data.outcome, detail: event.data.detail, at: event.at, position: event.position },
        took: undefined,
        extensions: 0,
        holdsSlot: false,
      };
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
  const isOld = connected && seen.version !== null && seen.version === state.from;
  return {
    ...state,
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

/** A version that is not told is no other version, and nor is one where none was told before. */
export function isChanged(from: string | null, version: string | null): boolean {
  return from !== null && version !== null && version !== from;
}

/** Where an upgrade without an outcome stands: put off by the server, asked and untouched, away, or back and not proven yet. */
export type Phase = "put off" | "asked" | "away" | "coming back";

export function phaseOf(upgrade: Upgrade): Phase {
  if (upgrade.postponed) return "put off";
  if (upgrade.last?.status === "connecting" || upgrade.backSince !== undefined) return "coming back";
  return upgrade.downSince === undefined ? "asked" : "away";
}

/** Whether the server has put the attempt off, and its rollout was paused or stopped meanwhile: it waits for its turn again. */
export function isPutBack({ postponed, holdsSlot }: Upgrade): boolean {
  return postponed !== undefined && !holdsSlot;
}

const MAX_UNCERTAIN = 2;
const MAX_UNSENT = 3;
/** More than the others, since neither the agent nor the server is at fault. Limited, in case the attempt itself ends Drydock. */
const MAX_INTERRUPTED = 5;

/**
 * Whether a new attempt follows by itself. It does if the request never left, if its answer left it open whether the server took it,
 * or if Drydock ended before the answer. It does not if something else answered in the server's place, and not while the agent is away: then the server took a request after all.
 */
export function triesAgain(upgrade: Upgrade): boolean {
  if (upgrade.closed || upgrade.downSince !== undefined) return false;
  if (upgrade.outcome?.kind === "unsent") return upgrade.attempt < MAX_UNSENT;
  if (upgrade.outcome?.kind === "unanswered") return upgrade.attempt < MAX_UNCERTAIN;
  return upgrade.outcome?.kind === "unknown" && upgrade.attempt < (upgrade.uncertain ? MAX_UNCERTAIN : MAX_INTERRUPTED);
}
