import { parseArguments } from "../../src/conversation/arguments.ts";
import type { PlanResult } from "../../src/features/plan/plan-port.ts";
import { BOTH_STATUSES, type Selection } from "../../src/features/plan/plan-port.ts";
import { createPlans } from "../../src/features/plan/plans.ts";
import { readSelection, SELECTION_FLAGS } from "../../src/features/plan/read-selection.ts";
import type { openHouse } from "./own-tokens.ts";

type House = Awaited<ReturnType<typeof openHouse>>;

/** Agents of both statuses, with these flags. */
export function selectionFor({ server }: House, words: readonly string[] = []): Selection {
  const args = parseArguments({ flags: SELECTION_FLAGS, example: "" }, words);
  return readSelection({ name: server.name, slots: server.policy.slots }, BOTH_STATUSES, args);
}

/** Alice's plan for agents of both statuses, read through the real client. */
export function planFor(house: House, words: readonly string[] = [], again?: ReadonlySet<string>): Promise<PlanResult> {
  return createPlans(house).read({
    server: house.server,
    selection: selectionFor(house, words),
    person: "U0ALICE",
    ...(again ? { rerun: again } : {}),
  });
}

export const namesIn = ({ plan }: PlanResult) => plan.agents.map(({ name }) => name).sort();

/** Why agents are left out: name, then reason. */
export const leftOut = ({ plan }: PlanResult) => plan.excluded.map(({ agent, reason }) => `${agent.name}: ${reason}`);
