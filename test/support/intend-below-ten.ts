import { onUpgrade } from "../../src/projections/change.ts";
import type { Projections } from "../../src/projections/projections.ts";

/**
 * Begins so many upgrades, each while fewer than ten are in flight, whoever began those. Where there are ten, one of its own ends, or one of
 * the others has to. Throws where a turn fails.
 */
export async function intendBelowTen(projections: Projections, name: string, count: number): Promise<void> {
  const mine: string[] = [];
  const end = (id: string) => projections.change(() => [onUpgrade(id, [{ type: "upgrade.closed", data: {} }])]);
  for (let begun = 0; begun < count; ) {
    const agent = { id: `${name}-${begun}`, name: `${name}-${begun}` };
    const id = `prod-1.${agent.id}.1`;
    const data = { rollout: "prod-1", server: "prod", agent, attempt: 1, from: "6" };
    await new Promise((resolve) => setImmediate(resolve));
    await projections.catchUp();
    await projections.change(() =>
      projections.openUpgrades("prod").length < 10 ? [onUpgrade(id, [{ type: "upgrade.intended", data }])] : [],
    );
    if (projections.upgrade(id)) {
      mine.push(id);
      begun += 1;
    }
    const oldest = projections.openUpgrades("prod").length >= 10 ? mine.shift() : undefined;
    if (oldest) await end(oldest);
  }
  for (const id of mine) await end(id);
}
