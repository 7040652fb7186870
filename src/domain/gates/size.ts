import { everyAgent, type Plan } from "../plan.ts";
import type { Rollout } from "../rollout.ts";

/** Within so many ms what somebody asks for is added up. Source: the policy's "from a size on". */
const SPAN = 24 * 60 * 60_000;

/**
 * How many agents count when somebody wants these: their own and those of the person's other rollouts on the server within
 * the last 24 h, so that splitting does not help. An agent that comes twice counts once.
 * @param who the person, and the server's user that they are: another Slack account of the same user is the same.
 */
export function countedSize(
  rollouts: Iterable<Rollout>,
  who: { readonly person: string; readonly userId: string },
  plan: { readonly server: string } & Pick<Plan, "agents" | "waiting">,
  now: number,
): number {
  const agents = new Set(everyAgent(plan).map(({ id }) => id));
  for (const rollout of rollouts) {
    const mine = rollout.parties.some(({ person, user }) => person === who.person || user.id === who.userId);
    const counts = rollout.status !== "closed" && (rollout.status === "requested" || now - rollout.startedAt < SPAN);
    if (mine && counts && rollout.plan.server === plan.server)
      for (const { id } of everyAgent(rollout.plan)) agents.add(id);
  }
  return agents.size;
}
