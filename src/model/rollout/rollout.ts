import type { AgentRef } from "../../core/agent-ref.ts";
import type { Cause } from "../../core/cause.ts";
import type { Plan } from "../plan/plan.ts";
import type { Policy } from "../policy.ts";
import type { RelayWork } from "../relay/turn.ts";
import type { RolloutGuards } from "./rollout-guards.ts";
import type { Offer, Party, Pause, Post, Request, Review } from "./rollout-parts.ts";

/** `requested` has not started yet; `closed` is a request that came to nothing. */
export type RolloutStatus = "requested" | "running" | "paused" | "stopping" | "ended" | "closed";

/** One rollout, folded from its stream. Its upgrades have streams of their own. */
export interface Rollout {
  readonly id: string;
  readonly seq: number;
  readonly status: RolloutStatus;
  readonly plan: Plan;
  readonly owner: string;
  readonly serverUser: AgentRef;
  readonly channel: string;
  /** When it was asked for, as long as it has not started. */
  readonly startedAt: number;
  readonly stoppedBy: string | undefined;
  readonly endedAt: number | undefined;
  /** It was asked for before, and Drydock started it then; left out = a person started it, or nobody has. */
  readonly startedByDrydock?: true;
  /** How long it took, in ms; null if that is not certain, undefined if nobody measured it. */
  readonly took: number | null | undefined;
  /** The end's place in the ledger. What comes after it is late. */
  readonly endedPosition: number | undefined;
  readonly posts: ReadonlyMap<string, Post>;
  /** The rules under which it was last asked for, started or continued; undefined in ledgers of the first version. */
  readonly policy: Policy | undefined;
  /** How many agents counted when the number of approvals was looked up. */
  readonly size: number;
  /** The command that made the plan, for those who approve it; undefined in older ledgers. */
  readonly typed?: string | undefined;
  /** The newest call that asked for, started, resumed or retried it, by its id; left out where that is not known. */
  readonly callId?: string;
  /** Everybody who ever asked for it or owned it: none of them can approve it. */
  readonly parties: readonly Party[];
  readonly request: Request | undefined;
  readonly dropped: readonly { readonly name: string; readonly why: Cause }[];
  readonly pause: Pause | undefined;
  readonly pauses: number;
  /** The newest. */
  readonly offer: Offer | undefined;
  /** The one before it, if there was one. */
  readonly replacedOffer?: Offer | undefined;
  /** Whether the person who resumed it last became its owner by that. */
  readonly takenOver?: boolean;
  /** When it shall begin, or was to. */
  readonly schedule: { readonly at: number } | undefined;
  /** Of what started in an emergency. */
  readonly review: Review | undefined;
  /** The request that was made in place of this one. */
  readonly renewedAs: string | undefined;
  readonly guards: RolloutGuards;
  /** How far it has come with its plan's relays, where it has such. */
  readonly relayWork: RelayWork;
}

/** Whether it has begun and is not over. */
export function isUnderWay({ status }: Rollout): boolean {
  return status === "running" || status === "paused" || status === "stopping";
}

/** Whether it has begun, and begins nothing any more: it is stopping, or has ended. */
export function beginsNoMore({ status }: Pick<Rollout, "status">): boolean {
  return status === "stopping" || status === "ended";
}

/** Whether nothing will ever begin any more. */
export function isOver({ status }: Rollout): boolean {
  return status === "ended" || status === "closed";
}

/** Whether the review of its emergency is still open. */
export function isReviewOpen({ review }: Rollout): boolean {
  return review !== undefined && !review.closed;
}

/** Whether it is not over, or a person still has to review it. */
export function isOpen(rollout: Rollout): boolean {
  return !isOver(rollout) || isReviewOpen(rollout);
}

/**
 * How long a rollout took, in ms; undefined if that is not certain. If nobody measured it, the wall clock counts, unless it was set
 * back so far that its upgrades took longer. @param least what its upgrades took at least.
 */
export function tookOf({ took, startedAt, endedAt }: Rollout, least = 0): number | undefined {
  if (took !== undefined) return took ?? undefined;
  const shown = (endedAt ?? startedAt) - startedAt;
  return shown > 0 && shown >= least ? shown : undefined;
}
