import type { AgentRef } from "../../core/agent-ref.ts";
import type { Button } from "../../core/view.ts";
import { everyAgent } from "../../model/plan/plan.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import { isDone } from "../../model/upgrade/outcome.ts";
import type { Upgrade } from "../../model/upgrade/upgrade.ts";

/** The agents of a rollout that has ended which have not begun, failed or were skipped, and may still need the upgrade. */
export function restOf(rollout: Rollout, upgrades: readonly Upgrade[]): readonly AgentRef[] {
  const newest = new Map(upgrades.map((upgrade) => [upgrade.agent.id, upgrade]));
  return everyAgent(rollout.plan).filter(({ id }) => {
    const outcome = newest.get(id)?.outcome;
    if (!outcome) return true;
    return !isDone(outcome.kind) && outcome.kind !== "unchanged" && outcome.detail?.code !== "upgrade-not-needed";
  });
}

/** A fresh plan, for the person who presses it. */
export function planRestButton(rollout: Rollout, upgrades: readonly Upgrade[]): readonly Button[] {
  const rest = restOf(rollout, upgrades).length;
  if (rollout.status !== "ended" || rest === 0) return [];
  const isAll = rest === everyAgent(rollout.plan).length;
  const which =
    rest === 1 ? (isAll ? "it" : "the other agent") : `${isAll ? "all" : "the other"} ${rest.toLocaleString("en")}`;
  return [{ label: `Plan ${which}${isAll ? " again" : ""}`, command: "plan-rest", args: [rollout.id] }];
}
