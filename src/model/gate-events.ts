import type { AgentRef } from "../core/agent-ref.ts";
import type { Cause } from "../core/cause.ts";
import type { Evidence } from "./evidence.ts";

/** Events of `server.<name>` about its freezes. */
export type FreezeEvent =
  /** Nothing begins until then (ms since 1970; null = until somebody unfreezes it). A later one replaces an earlier one. */
  | {
      readonly type: "server.frozen";
      readonly data: {
        readonly by: string;
        readonly serverUser: AgentRef;
        readonly reason: string;
        readonly until: number | null;
      };
    }
  /** By a person, or by `drydock` because its time is over. */
  | { readonly type: "server.unfrozen"; readonly data: { readonly by: string } };

/** Events of `rollout.<id>` about when it begins. */
export type ScheduleEvent =
  /** It begins by itself at that time (ms since 1970), if it has its approvals by then. */
  | { readonly type: "rollout.scheduled"; readonly data: { readonly at: number; readonly by: string } }
  /** Approvals that were given for the other time are void. */
  | { readonly type: "rollout.rescheduled"; readonly data: { readonly at: number; readonly by: string } }
  | {
      readonly type: "rollout.unscheduled";
      readonly data: { readonly by: string; readonly because: readonly Cause[] };
    };

/** Events of `rollout.<id>` about an emergency. */
export type ReviewEvent =
  /** It has started without the approvals that it would have wanted: somebody has to look at it. */
  | {
      readonly type: "review.opened";
      readonly data: {
        readonly by: string;
        readonly serverUser: AgentRef;
        readonly reason: string;
        readonly agents: number;
      };
    }
  | { readonly type: "review.reminded"; readonly data: Readonly<Record<string, never>> }
  | {
      readonly type: "review.closed";
      readonly data: {
        readonly by: string;
        readonly serverUser: AgentRef;
        readonly note: string;
        /** The hash of the rules by which they could. Older ledgers lack it. */
        readonly policyHash?: string;
        /** That they could approve, as Drydock read it. Older ledgers lack it. */
        readonly judged?: Evidence;
      };
    };

/** Events of `rollout.<id>` about its changing hands. */
export type HandoverEvent =
  /** Its owner, or somebody on call for them, wants `to` to have it. */
  | {
      readonly type: "rollout.offered";
      readonly data: { readonly by: string; readonly to: string; readonly expiresAt: number };
    }
  | {
      readonly type: "rollout.offer-ended";
      readonly data: { readonly how: "declined" | "expired"; readonly by: string };
    }
  /** `by` has accepted, and owns it from now on. */
  | {
      readonly type: "rollout.handed-over";
      readonly data: {
        readonly by: string;
        readonly serverUser: AgentRef;
        readonly from: string;
        readonly judged?: Evidence;
      };
    };
