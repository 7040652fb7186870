import type { Evidence } from "./evidence.ts";
import type { Policy } from "./policy.ts";

/** The rules and the time of a decision, and what it goes by: what was read for it, or the server alone. */
export interface Today {
  readonly policy: Policy;
  readonly now: number;
  readonly judged: Evidence;
}
