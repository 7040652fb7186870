import { cause } from "../core/cause.ts";
import { isNotTaken } from "../model/upgrade/outcome.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";
import type { UpgradeEvent } from "../model/upgrade/upgrade-events.ts";
import type { Projections } from "../projections/projections.ts";

/** If a later attempt of another rollout upgraded an agent that failed here, the late proof names that rollout. */
export function creditAnother(
  projections: Projections,
  upgrade: Upgrade,
  events: readonly UpgradeEvent[],
  version: string | null,
): readonly UpgradeEvent[] {
  const isLate = (event: UpgradeEvent) => event.type === "upgrade.corrected" && event.data.outcome === "verified";
  const another = events.some(isLate) ? laterAttempt(projections, upgrade) : undefined;
  if (!another) return events;
  const detail = cause("upgraded-by-rollout", { rollout: another.rollout, version });
  return events.map((event) =>
    isLate(event) ? { type: "upgrade.corrected", data: { outcome: "verified", detail } } : event,
  );
}

/** No two attempts of an agent are in flight at once: the one whose outcome came later was asked for later. */
function laterAttempt(projections: Projections, { server, rollout, agent, outcome }: Upgrade): Upgrade | undefined {
  const decidedAt = ({ outcome }: Upgrade) => outcome?.position ?? Number.POSITIVE_INFINITY;
  return projections
    .openUpgrades(server)
    .filter((other) => other.agent.id === agent.id && other.rollout !== rollout && !other.postponed)
    .filter((other) => !other.outcome || !isNotTaken(other.outcome.kind))
    .filter((other) => decidedAt(other) > (outcome?.position ?? 0))
    .sort((a, b) => decidedAt(b) - decidedAt(a))[0];
}
