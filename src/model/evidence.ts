import type { AgentRef } from "../core/agent-ref.ts";
import type { LostReason } from "./rollout/lost-approval.ts";

/**
 * What the gates judged by when something began, so that an audit can judge again. What is left out was not read. `age`: how long
 * before, in ms, the reading began; what has none is of the ledger, in the same transaction.
 */
export interface Evidence {
  /** On whose rights it goes. */
  readonly owner?: { readonly person: string; readonly user: AgentRef; readonly age: number };
  /** The permissions that the owner lacked on the agents: none, as the gates let nothing else begin. */
  readonly lacking?: { readonly permissions: readonly string[]; readonly age: number };
  /**
   * The approvals that were given, each with the last reading of its giver, which may be that of an earlier event. `lost`: why they could
   * not give it any more, so that it does not count; null = they could; left out = no event tells of a reading.
   */
  readonly approvals?: readonly ApprovalRead[];
  /** Null: the server was not frozen. */
  readonly freeze: { readonly by: string; readonly until: number | null } | null;
  /** Null: the server has no windows. `closes`: when, in ms since 1970; null = not within eight days. */
  readonly window: { readonly open: boolean; readonly closes: number | null } | null;
}

export interface ApprovalRead {
  readonly by: string;
  readonly user: AgentRef;
  readonly lost?: LostReason | null;
  readonly age?: number;
}
