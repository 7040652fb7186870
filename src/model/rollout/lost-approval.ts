import type { AgentRef } from "../../core/agent-ref.ts";

/** What somebody who approved has lost since, so that their approval does not count any more. */
export type LostReason =
  | "deactivated"
  | "guest"
  | "outsider"
  | "no-account"
  | "locked"
  | "other-account"
  | "usergroup"
  | "permission"
  | "role"
  | "usergroup-and-role"
  | "unlisted";

export interface LostApproval {
  readonly by: string;
  /** Who they were on the server when they approved. */
  readonly user: AgentRef;
  readonly why: LostReason;
}
