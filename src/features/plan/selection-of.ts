import { everyAgent, type Plan } from "../../model/plan/plan.ts";
import type { Policy } from "../../model/policy.ts";
import { BOTH_STATUSES, NO_FILTERS, type Selection } from "./agent-selection.ts";

/** A plan of which only the ledger knows, as a selection: its agents are read again by their ids, so no filter is needed. */
export function selectionOf(plan: Plan, policy: Policy): Selection {
  const { slots, canary, hold, reason, emergency } = plan.options;
  const waits = (plan.waiting ?? []).length > 0;
  return {
    statuses: waits ? BOTH_STATUSES : [...new Set(plan.agents.map(({ status }) => status))],
    ...NO_FILTERS,
    slots: Math.min(slots, policy.slots),
    canary: canary ?? undefined,
    hold: hold ?? false,
    includeOffline: waits,
    includeInactive: everyAgent(plan).some(({ inactive }) => inactive),
    reason: reason ?? undefined,
    emergency: emergency === true,
    ...(plan.relays ? { relays: plan.relays.map(({ name }) => name) } : {}),
  };
}
