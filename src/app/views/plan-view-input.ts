import type { Policy } from "../../domain/policy.ts";
import type { PlanResult } from "../plans/plan-result.ts";
import type { Line } from "../view.ts";

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
  /** When it shall start (ms since 1970); undefined = as soon as it may. */
  readonly at: number | undefined;
  /** Whether it would not be over, by forecast, when the window closes in which it begins. */
  readonly exceedsWindow: boolean;
  /** When the next window opens; undefined while upgrades may begin. */
  readonly opens: string | undefined;
  /** By whom, until when and why the server is frozen; undefined where it is not. */
  readonly frozen: Line | undefined;
  /** Why nothing begins on the server now, though it answers; undefined if nothing is known to be wrong. */
  readonly suspended: string | undefined;
  /** Why it cannot be started here; undefined where it can. */
  readonly blocked: string | undefined;
  /** What the command was, so that a lost plan can be made again from its buttons. */
  readonly said: readonly string[];
  /** What the vendor's guide says to it, short. */
  readonly checks?: readonly Line[];
  /** A sentence above everything else, e.g. why the plan is shown again. */
  readonly notice?: string;
}
