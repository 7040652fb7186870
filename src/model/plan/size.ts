import { onceFor } from "../../core/cache.ts";
import { approvalsFor, type Policy } from "../policy.ts";
import type { Rollout } from "../rollout/rollout.ts";
import { darkOf, everyAgent, type Plan } from "./plan.ts";

/** What one person asks for within so many ms is added up. */
const SPAN = 24 * 60 * 60_000;

/** The person, and the server's user that they are: another Slack account of the same user is the same. */
interface Asker {
  readonly person: string;
  readonly userId: string;
}

/**
 * How many agents count when somebody wants these: their own and those of the person's other rollouts on the server within
 * the last 24 h, so that splitting does not help. An agent that comes twice counts once.
 * @param ageOf how long ago a rollout started, in ms
 */
export function countedSize(
  rollouts: Iterable<Rollout>,
  who: Asker,
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

/** How many agents count against the bound when a person starts these as an emergency: with all of that person's emergencies of the last 24 h. */
export function emergencySize(
  rollouts: Iterable<Rollout>,
  who: Asker,
  plan: Plan,
  ageOf: (rollout: Rollout) => number,
): number {
  const earlier = [...rollouts].filter(({ review }) => review !== undefined);
  return countedSize(earlier, who, plan, ageOf);
}

/** What a plan wants of the person who starts it. */
export interface Wanted {
  readonly approvals: number;
  /** How many agents count for that. */
  readonly size: number;
  /** Where it wants approvals and is said to be an emergency: how many agents count against the bound. */
  readonly emergencySize: number | undefined;
}

export function wantedFor(
  plan: Plan,
  policy: Policy,
  counting: {
    readonly rollouts: readonly Rollout[];
    readonly who: Asker;
    readonly ageOf: (rollout: Rollout) => number;
  },
): Wanted {
  const { rollouts, who, ageOf } = counting;
  const size = countedSize(rollouts, who, plan, ageOf);
  const approvals = approvalsFor(policy, size);
  if (!plan.options.emergency || approvals === 0) return { approvals, size, emergencySize: undefined };
  return { approvals: 0, size, emergencySize: emergencySize(rollouts, who, plan, ageOf) };
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
