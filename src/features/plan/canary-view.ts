import { count, names } from "../../core/format.ts";
import type { Line } from "../../core/view.ts";
import type { Plan } from "../../model/plan/plan.ts";
import type { Policy } from "../../model/policy.ts";
import { canariesOf, isStable } from "../../model/rollout/canaries.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { Upgrade } from "../../model/upgrade/upgrade.ts";

/** What a plan says of its canaries: which, and what the rest waits for. */
export function canaryNote(plan: Plan, policy: Policy): readonly Line[] {
  const { canary, hold } = plan.options;
  const first = plan.agents.slice(0, canary ?? 0).map(({ name }) => name);
  if (first.length === 0) return [];
  const held = hold || policy.canaryHold ? " and a person presses Resume" : "";
  const rest =
    first.length < plan.agents.length
      ? `the others wait until ${first.length === 1 ? "it is" : "they are"} stable${held}.`
      : "the plan has no other agents.";
  return [[`${count(first.length, "canary", "canaries")} first (`, ...names(first, 5), `): ${rest}`]];
}

/** Where a rollout stands with its canaries, for its card. */
export function canaryLine(rollout: Rollout, upgrades: readonly Upgrade[]): readonly Line[] {
  if ((rollout.plan.options.canary ?? 0) === 0) return [];
  const newest = new Map(upgrades.map((upgrade) => [upgrade.agent.id, upgrade]));
  const canaries = canariesOf(rollout, (id) => newest.get(id));
  const stable = canaries.filter(({ id }) => isStable(newest.get(id))).length;
  const said = `Canaries: ${stable} of ${canaries.length} stable`;
  if (rollout.guards.canariesPassed || rollout.status === "stopping" || rollout.status === "ended")
    return [[`${said}.`]];
  return [
    [
      `${said}, the others wait for: `,
      ...names(
        canaries.map(({ name }) => name),
        5,
      ),
    ],
  ];
}
