import { parseArguments } from "../../src/app/asking/arguments.ts";
import { createPlans } from "../../src/app/plans/plans.ts";
import { readSelection } from "../../src/app/plans/read-selection.ts";
import type { Reading } from "../../src/app/plans/reading.ts";
import { BOTH_STATUSES, type Selection } from "../../src/app/plans/select-agents.ts";
import { SELECTION_FLAGS } from "../../src/app/plans/selection.ts";
import type { openHouse } from "./own-tokens.ts";

type House = Awaited<ReturnType<typeof openHouse>>;

/** Agents of both statuses, with these flags. */
export function selectionFor({ site }: House, words: readonly string[] = []): Selection {
  const args = parseArguments({ flags: SELECTION_FLAGS, example: "" }, words);
  return readSelection({ name: site.name, slots: site.policy.slots }, BOTH_STATUSES, args);
}

/** Alice's plan for agents of both statuses, read through the real client. */
export function planFor(house: House, words: readonly string[] = [], again?: ReadonlySet<string>): Promise<Reading> {
  return createPlans(house).read({
    site: house.site,
    selection: selectionFor(house, words),
    person: "U0ALICE",
    ...(again ? { again } : {}),
  });
}

export const namesIn = ({ plan }: Reading) => plan.agents.map(({ name }) => name).sort();

/** Why agents are left out: name, then reason. */
export const leftOut = ({ plan }: Reading) => plan.excluded.map(({ agent, reason }) => `${agent.name}: ${reason}`);
