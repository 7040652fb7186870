import type { AgentRef } from "../../core/agent-ref.ts";
import type { Cause } from "../../core/cause.ts";
import type { ShortFinding } from "../../core/finding.ts";
import type { Evidence } from "../evidence.ts";
import type { HandoverEvent, ReviewEvent, ScheduleEvent } from "../gate-events.ts";
import type { MessageEvent } from "../message-events.ts";
import type { Plan, PlannedAgent } from "../plan/plan.ts";
import type { PlanFacts } from "../plan/plan-facts.ts";
import type { Policy } from "../policy.ts";
import type { RelayEvent } from "../relay/relay-events.ts";
import type { LostApproval } from "./lost-approval.ts";

/**
 * Why nothing more of a rollout begins: a person said so, the owner's rights or the approval are gone, the rules are stricter
 * now, the server is another version, too much has failed, the canaries are stable and somebody shall look before the rest, or a
 * relay is not well after its upgrade.
 */
export type PauseKind =
  | "person"
  | "rights"
  | "coverage"
  | "policy"
  | "version"
  | "breaker"
  | "canary"
  | "relay"
  | "activity";

/** Events of `rollout.<id>`. */
export type RolloutEvent =
  /** Somebody asks for approvals; a later one in the same stream asks again, and earlier approvals are void. */
  | {
      readonly type: "rollout.requested";
      readonly data: {
        readonly rollout: string;
        readonly plan: Plan;
        readonly requester: string;
        readonly serverUser: AgentRef;
        readonly channel: string;
        /** The rules at that time. */
        readonly policy: Policy;
        /** Agents that count: of this rollout and of the requester's others on the server within 24 h. */
        readonly size: number;
        readonly needed: number;
        readonly expiresAt: number;
        /** Why it is asked again; null = it is asked for the first time. */
        readonly because: readonly Cause[] | null;
        /** What whoever asked was told of the vendor's guide, worst first; left out = it was not looked at, as in older ledgers. */
        readonly found?: readonly ShortFinding[];
        /** What the requester saw beside the plan; left out in older ledgers. */
        readonly facts?: PlanFacts;
        /** The command that made the plan, as it was understood; left out in older ledgers. */
        readonly typed?: string;
        /** Whose earlier approvals do not count any more, where that is why it is asked again. */
        readonly lost?: readonly LostApproval[];
        /**
         * It was paused already, and no person has resumed it: the approvals do not resume it either.
         * False: a person has, and typed the name of a server that is marked dangerous.
         */
        readonly held?: boolean;
        readonly judged?: Evidence;
      };
    }
  | {
      readonly type: "rollout.approved";
      readonly data: {
        readonly by: string;
        readonly serverUser: AgentRef;
        readonly round: number;
        readonly hash: string;
        /** The hash of the rules by which the approver could; older ledgers lack it. */
        readonly policyHash?: string;
        readonly judged?: Evidence;
      };
    }
  /** A person gives a reason; Drydock has causes. */
  | {
      readonly type: "rollout.denied";
      readonly data:
        | { readonly by: string; readonly reason: string }
        | { readonly by: "drydock"; readonly causes: readonly Cause[] };
    }
  | { readonly type: "rollout.withdrawn"; readonly data: { readonly by: string } }
  | { readonly type: "rollout.expired"; readonly data: Readonly<Record<string, never>> }
  | { readonly type: "rollout.reminded"; readonly data: Readonly<Record<string, never>> }
  /** A request that came to nothing lives on as another one. */
  | { readonly type: "rollout.renewed"; readonly data: { readonly as: string; readonly by: string } }
  | {
      readonly type: "rollout.paused";
      readonly data: {
        readonly by: string;
        readonly kind: PauseKind;
        /** None where a person did it. */
        readonly causes: readonly Cause[];
        /** What the server is at now, where that is why: whoever continues takes it. */
        readonly serverVersion?: string;
      };
    }
  /** `by` owns it from now on, under these rules. */
  | {
      readonly type: "rollout.continued";
      readonly data: {
        readonly by: string;
        readonly serverUser: AgentRef;
        readonly policy: Policy;
        /** What the server is at now, where that is another version than it paused for. */
        readonly serverVersion?: string;
        readonly judged?: Evidence;
      };
    }
  | ScheduleEvent
  | ReviewEvent
  | HandoverEvent
  | RelayEvent
  | {
      readonly type: "rollout.started";
      readonly data: {
        readonly rollout: string;
        readonly plan: Plan;
        readonly owner: string;
        readonly serverUser: AgentRef;
        readonly channel: string;
        /** The rules at that time and the agents that counted. Ledgers of the first version have neither. */
        readonly policy?: Policy;
        readonly size?: number;
        /** The command that made the plan, if nobody was asked before; left out in older ledgers. */
        readonly typed?: string;
        /** Agents that were asked for and are not in the plan any more. */
        readonly dropped?: readonly { readonly name: string; readonly why: Cause }[];
        readonly judged?: Evidence;
      };
    }
  /** All canaries are done with: the rest may begin. */
  | { readonly type: "canary.passed"; readonly data: { readonly canaries: number } }
  /** Somebody wants these agents to be tried again, each not before a time; `cause` is the one that was named. */
  | {
      readonly type: "rollout.retried";
      readonly data: {
        readonly by: string;
        readonly serverUser: AgentRef;
        readonly cause: string | null;
        readonly agents: readonly { readonly id: string; readonly attempt: number; readonly notBefore: number }[];
      };
    }
  /** An attempt after a failure, asked for by a person or not: its turn came, and it could not begin. */
  | {
      readonly type: "retry.dropped";
      readonly data: { readonly agent: AgentRef; readonly attempt: number; readonly why: Cause };
    }
  /** Agents that were waited for have come back and need the upgrade: from now on they are agents of the plan like all others. */
  | { readonly type: "waiting.returned"; readonly data: { readonly agents: readonly PlannedAgent[] } }
  /** Agents that are not waited for any more. */
  | {
      readonly type: "waiting.dropped";
      readonly data: { readonly agents: readonly (AgentRef & { readonly why: Cause })[] };
    }
  | { readonly type: "rollout.stopped"; readonly data: { readonly by: string } }
  | {
      readonly type: "rollout.ended";
      /** How long it took, in ms; null = that is not certain, left out = the process that ended it had not seen its start. */
      readonly data: { readonly took?: number | null };
    }
  | MessageEvent;
