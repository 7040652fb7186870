import type { Agent } from "../core/agent.ts";
import type { Clock } from "../core/ports.ts";
import { follow } from "../gates/follow.ts";
import { blockedAt } from "../gates/index.ts";
import { ofRollout } from "../gates/rollout-situation.ts";
import { ServerError } from "../model/deploy-server.ts";
import type { PlannedAgent } from "../model/plan/plan.ts";
import { askAgain } from "../model/rollout/ask-again.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import { isWaiting } from "../model/upgrade/upgrade.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { todayOn } from "../servers/today-on.ts";
import { asListed } from "./last-look.ts";

/** One agent is another than was approved: whatever else waits is looked at too, so that people are asked once. */
export async function askAgainForChanged(
  server: ManagedServer,
  { id }: Rollout,
  changed: PlannedAgent,
  { projections, clock }: { readonly projections: Projections; readonly clock: Clock },
): Promise<void> {
  const listed = new Map((await listNow(server)).map((agent) => [agent.id, agent]));
  await projections.change(() => {
    const current = projections.rollouts.get(id);
    if (current?.status !== "running") return [];
    const waiting = current.plan.agents.filter((agent) => projections.attempts(id, agent.id).every(isWaiting));
    const seen = waiting.map((agent) => (agent.id === changed.id ? changed : asListed(agent, listed.get(agent.id))));
    const byId = new Map(seen.map((agent) => [agent.id, agent]));
    const plan = { ...current.plan, agents: current.plan.agents.map((agent) => byId.get(agent.id) ?? agent) };
    // The agent is read before its owner: nobody's rights were.
    const today = todayOn(server, { projections, clock });
    const blocked = blockedAt("look", "rollout", ofRollout(current, today.now, { plan }), today.policy);
    const events = follow("look", current, blocked, (because) => askAgain({ ...current, plan }, today, because));
    return [{ stream: `rollout.${id}`, actor: "drydock", events }];
  });
}

/** A list that cannot be read says nothing: each agent is looked at before its turn. */
async function listNow({ fleet }: ManagedServer): Promise<readonly Agent[]> {
  try {
    return await fleet.agents();
  } catch (error) {
    if (error instanceof ServerError) return [];
    throw error;
  }
}
