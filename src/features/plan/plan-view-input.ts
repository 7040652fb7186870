import type { Line } from "../../core/view.ts";
import type { Blocked } from "../../gates/gate.ts";
import type { PlanFacts } from "../../model/plan/plan-facts.ts";
import type { Policy } from "../../model/policy.ts";
import type { PlanResult } from "./plan-port.ts";

/** What the private plan is drawn from, of agents or of relays. */
export interface PlanViewInput {
  readonly result: PlanResult;
  readonly draftId: string;
  readonly policy: Policy;
  /** How many approvals it would want, and how many agents count for that. */
  readonly approvals: number;
  readonly size: number;
  /** Whether it starts without the approvals that it would want. */
  readonly emergency: boolean;
  /** When it shall start; undefined = as soon as it may. */
  readonly starts: Line | undefined;
  readonly facts: PlanFacts;
  /** What the server's gates say to the button. */
  readonly gates: readonly Blocked[];
  /** Why it cannot be started here; undefined where it can. */
  readonly blocked: string | undefined;
  /** What the command was, so that a lost plan can be made again from its buttons. */
  readonly said: readonly string[];
  /** What the vendor's guide says to it, short. */
  readonly checks?: readonly Line[];
  /** A sentence above everything else, e.g. why the plan is shown again. */
  readonly notice?: string;
}
