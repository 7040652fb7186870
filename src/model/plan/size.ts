import { onceFor } from "../../core/cache.ts";
import type { Rollout } from "../rollout/rollout.ts";
import { darkOf, everyAgent, type Plan } from "./plan.ts";

/** What one person asks for within so many ms is added up. */
const SPAN = 24 * 60 * 60_000;

/**
 * How many agents count when somebody wants these: their own and those of the person's other rollouts on the server within
 * the last 24 h, so that splitting does not help. An agent that comes twice counts once.
 * @param who the person, and the server's user that they are: another Slack account of the same user is the same.
 * @param ageOf how long ago a rollout started, in ms
 */
export function countedSize(
  rollouts: Iterable<Rollout>,
  who: { readonly person: string; readonly userId: string },
  plan: { readonly server: string } & Pick<Plan, "agents" | "waiting" | "relays">,
  ageOf: (rollout: Rollout) => number,
): number {
  const mine = idsOf(plan);
  const others = new Set<string>();
  let unlisted = unlistedOf(plan);
  for (const rollout of rollouts) {
    const isTheirs = rollout.parties.some(({ person, user }) => person === who.person || user.id === who.userId);
    const counts = rollout.status !== "closed" && (rollout.status === "requested" || ageOf(rollout) < SPAN);
    if (!isTheirs || !counts || rollout.plan.server !== plan.server) continue;
    for (const id of idsOf(rollout.plan)) if (!mine.has(id)) others.add(id);
    unlisted += unlistedOf(rollout.plan);
  }
  return mine.size + others.size + unlisted;
}

type Counted = Pick<Plan, "agents" | "waiting" | "relays">;

/** Agents that are upgraded, or go dark with a relay; a relay that takes none with it counts itself. */
const idsOf = onceFor((plan: Counted): ReadonlySet<string> => {
  const dark = (plan.relays ?? []).flatMap(({ id, agents }) => (agents.length > 0 ? agents.map((a) => a.id) : [id]));
  return new Set([...everyAgent(plan).map(({ id }) => id), ...dark]);
});

/** Agents behind relays that the server counts and does not list. */
function unlistedOf(plan: Counted): number {
  return plan.relays ? darkOf(plan) - plan.relays.reduce((sum, { agents }) => sum + agents.length, 0) : 0;
}
