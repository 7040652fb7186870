import type { Cause } from "../core/cause.ts";
import type { Plan } from "../model/plan/plan.ts";
import type { RelayEnded } from "../model/relay/is-unwell.ts";
import type { LostApproval } from "../model/rollout/lost-approval.ts";
import type { Course } from "../model/rollout/progress.ts";
import type { Rollout } from "../model/rollout/rollout.ts";

/** The reading of the person with whose rights a rollout upgrades: its owner, or its requester. */
export type OwnerReading =
  | { readonly kind: "not-read" }
  /** `lost`: permissions that they hold on no team any more. */
  | { readonly kind: "known"; readonly user: string; readonly lost: readonly string[] }
  /** Their account, or what they may do, carries nothing any more. */
  | { readonly kind: "refused"; readonly why: Cause }
  /** It was not told, or not in time; `looks`: how often in a row. */
  | { readonly kind: "unknown"; readonly why: Cause; readonly looks: number };

/** What the gates about a rollout judge by. */
export interface RolloutSituation {
  readonly now: number;
  /** As it is now. */
  readonly plan: Plan;
  /** Undefined: it does not exist yet. */
  readonly rollout: Rollout | undefined;
  /** The other rollouts on its server that are under way. */
  readonly others: readonly Rollout[];
  /** Approvals whose givers could not give them now. */
  readonly lost: readonly LostApproval[];
  /** Why too few people could give the approvals that it asks for; undefined: enough can, or it was not read. */
  readonly hopeless: Cause | undefined;
  /** Whether the server's name was typed, where that is needed. */
  readonly typed: boolean;
  /** The server's user that whoever asked is now; undefined: not read. */
  readonly user: string | undefined;
  /** What the server reports as its version; undefined: not read, or not reported. */
  readonly serverVersion: string | undefined;
  /** How far its own upgrades have come; undefined: not read. */
  readonly course: Course | undefined;
  readonly owner: OwnerReading;
  /** It starts without the approval that it needs: how many agents count against the bound. Undefined: it does not. */
  readonly emergencySize: number | undefined;
  /** The relay whose turn is over now. */
  readonly relayEnded: RelayEnded | undefined;
}

/** A plan of which there is no rollout yet. */
export function ofPlan(plan: RolloutSituation["plan"], now: number): RolloutSituation {
  const none = {
    rollout: undefined,
    hopeless: undefined,
    user: undefined,
    serverVersion: undefined,
    course: undefined,
  };
  const more = { owner: { kind: "not-read" }, relayEnded: undefined, emergencySize: undefined } as const;
  return { now, plan, others: [], lost: [], typed: false, ...none, ...more };
}

export function ofRollout(rollout: Rollout, now: number, more: Partial<RolloutSituation> = {}): RolloutSituation {
  return { ...ofPlan(rollout.plan, now), rollout, ...more };
}
