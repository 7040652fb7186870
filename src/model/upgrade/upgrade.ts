import type { Agent, AgentStatus } from "../../core/agent.ts";
import type { Cause } from "../../core/cause.ts";
import { isDone, isNeverAsked, isNotTaken, type Outcome } from "./outcome.ts";
import type { UncertainCode, UpgradingAgent } from "./upgrade-events.ts";

/** One attempt at one agent's upgrade, folded from its stream. Times are milliseconds since 1970. */
export interface Upgrade {
  readonly id: string;
  readonly rollout: string;
  readonly server: string;
  readonly agent: UpgradingAgent;
  readonly attempt: number;
  readonly from: string | null;
  /** The server's version when the agent was asked to upgrade. */
  readonly wanted?: string;
  /** Whose account asked the server; undefined in older ledgers. */
  readonly account?: "owner" | "drydock";
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
  /** The failure that a later look corrected: the agent came back after all. */
  readonly recoveredFrom?: Reached;
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

export function observationOf({ status, version }: Agent): Observation {
  return { status, version: version ?? null };
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

/** A version that is not told is no other version, and nor is one where none was told before. */
export function isChanged(from: string | null, version: string | null): boolean {
  return from !== null && version !== null && version !== from;
}

/** Where an upgrade without an outcome stands: put off by the server, asked and untouched, away, or back and not proven yet. */
export type Phase = "put-off" | "asked" | "away" | "coming-back";

export function phaseOf(upgrade: Upgrade): Phase {
  if (upgrade.postponed) return "put-off";
  if (upgrade.last?.status === "connecting" || upgrade.backSince !== undefined) return "coming-back";
  return upgrade.downSince === undefined ? "asked" : "away";
}

/** Whether the attempt may still begin: it has not begun, or the server has put it off. */
export function isWaiting(upgrade: Upgrade | undefined): boolean {
  return upgrade === undefined || upgrade.postponed !== undefined;
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

/** Whether the agent was asked to upgrade: it was not left out before, and the attempt does not wait for its turn again. */
export function wasAsked(upgrade: Upgrade): boolean {
  return !isPutBack(upgrade) && !(upgrade.outcome && isNeverAsked(upgrade.outcome.kind));
}

/** How often the agent was asked to upgrade, this attempt included. */
export function timesAsked(upgrade: Upgrade | undefined): number {
  return upgrade ? upgrade.attempt - (wasAsked(upgrade) ? 0 : 1) : 0;
}

/** From which version to which. Of what other people upgraded the attempt saw only the new one. @param planned as the plan has it. */
export function versionsOf(
  upgrade: Upgrade | undefined,
  planned: string | null | undefined,
): { readonly before: string | null; readonly after: string | null } {
  if (upgrade?.outcome?.kind === "elsewhere") return { before: planned ?? null, after: upgrade.from };
  return { before: upgrade?.from ?? planned ?? null, after: upgrade?.last?.version ?? null };
}

/** The other rollout that upgraded the agent after this attempt had failed. */
export function upgradedBy({ outcome }: Upgrade): string | undefined {
  return outcome?.detail?.code === "upgraded-by-rollout" ? outcome.detail.params.rollout : undefined;
}

/** An agent of which the server took no request did not go offline for Drydock: another upgrade gave it its version. */
export function hasComeBack(upgrade: Upgrade): boolean {
  const { recoveredFrom } = upgrade;
  return upgradedBy(upgrade) === undefined && (!recoveredFrom || !isNotTaken(recoveredFrom.kind));
}

/** Whether it is upgraded, and not by this attempt: before its turn, by another rollout, or though the server took no request. */
export function isUpgradedOutside(upgrade: Upgrade): boolean {
  const kind = upgrade.outcome?.kind;
  return kind !== undefined && isDone(kind) && (kind === "elsewhere" || !hasComeBack(upgrade));
}
