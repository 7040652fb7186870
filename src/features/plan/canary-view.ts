import { names } from "../../core/format.ts";
import type { Line } from "../../core/view.ts";
import { canariesOf, isStable } from "../../model/rollout/canaries.ts";
import type { Rollout } from "../../model/rollout/rollout.ts";
import type { Upgrade } from "../../model/upgrade/upgrade.ts";

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
