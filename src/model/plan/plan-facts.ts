import type { UnknownStatus } from "../../core/agent.ts";
import type { AgentRef } from "../../core/agent-ref.ts";
import type { ServerFault } from "../server/server-fault.ts";

/** What ran when a plan was read. Of the agents that deployed only those of the plan. */
export type ActivityFacts =
  | { readonly kind: "known"; readonly running: number; readonly unnamed: number; readonly busy: readonly AgentRef[] }
  | { readonly kind: "not-reported" }
  | { readonly kind: "trouble"; readonly fault: ServerFault; readonly status?: number };

/** Agents that were asked for, and of which the server's status does not say whether they need the upgrade. Offline ones are counted elsewhere. */
export interface Unjudged {
  readonly unknown: readonly UnknownStatus[];
  readonly neverContacted: number;
  /** In ERROR or CONNECTING. */
  readonly unreachable: number;
}

/** What its reader saw beside a plan. A request keeps it, so that approvers see the same. */
export interface PlanFacts {
  /** By forecast, in ms. `learned`: by what earlier upgrades took; otherwise it is a guess. */
  readonly takes: number;
  readonly learned: boolean;
  /** Agents behind one relay that upgrade at once; left out where no agent is behind one. */
  readonly perRelay?: number;
  readonly activity: ActivityFacts;
  /** Agents that the command did not select, and those over its limit. */
  readonly notSelected: number;
  readonly overLimit: number;
  /** Offline agents that were selected and are not waited for. */
  readonly offline: number;
  /** Whether not all of it fits into the window in which it begins. */
  readonly exceedsWindow: boolean;
  /** Agents, or relays, of the status that was asked for, before names and filters. Requests of older ledgers lack this and what follows. */
  readonly candidates?: number;
  /** What was typed and changes nothing. */
  readonly withoutEffect?: readonly { readonly name: string }[];
  readonly unjudged?: Unjudged;
}
