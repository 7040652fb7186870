import type { ShortFinding } from "../../core/finding.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { PlanFacts } from "../../model/plan/plan-facts.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import type { Selection } from "../plan/agent-selection.ts";
import type { PlanProgress } from "../plan/plan-result.ts";

/** A press on Start or on Request approval. */
export interface StartRequest {
  readonly server: ManagedServer;
  readonly person: string;
  /** The press, by its id. */
  readonly callId?: string | undefined;
  readonly channel: string;
  readonly selection: Selection;
  /** What the person saw. */
  readonly before: Plan;
  /** Whether the person pressed a button that asks for approvals, or one that starts. */
  readonly asking: boolean;
  /** A request that came to nothing and is asked again: it gets no other successor. */
  readonly renews?: string;
  /** What the person was told of the vendor's guide. */
  readonly findings?: readonly ShortFinding[] | undefined;
  /** What they saw beside the plan. */
  readonly facts?: PlanFacts | undefined;
  /** The command that made the plan, for those who approve. */
  readonly typed?: string | undefined;
  readonly progress: (partial: PlanProgress) => void;
}
