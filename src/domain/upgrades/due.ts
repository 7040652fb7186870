import type { Deadlines } from "./deadlines.ts";
import { decideDue } from "./decide-upgrade.ts";
import type { Upgrade } from "./upgrade.ts";
import type { UpgradeFact } from "./upgrade-facts.ts";

export interface Due {
  readonly upgrade: Upgrade;
  readonly facts: readonly UpgradeFact[];
}

/** What has come due without anybody looking: slots of zombies given up, late watches over, upgrades that nobody could see. */
export function due(upgrades: Iterable<Upgrade>, now: number, deadlines: Deadlines): readonly Due[] {
  const found: Due[] = [];
  for (const upgrade of upgrades) {
    const facts = decideDue(upgrade, now, deadlines);
    if (facts.length > 0) found.push({ upgrade, facts });
  }
  return found;
}
