import { LedgerUnwritable } from "../../src/model/ledger-port.ts";
import { onUpgrade } from "../../src/projections/change.ts";
import type { Projections } from "../../src/projections/projections.ts";

/**
 * Begins so many upgrades, each while fewer than ten are in flight, whoever began those. Where there are ten, one of its own ends, or one of
 * the others has to. A file that another process has locked is tried again, as Drydock does; throws where a turn fails in another way.
 */
export async function intendBelowTen(projections: Projections, name: string, count: number): Promise<void> {
  const mine: string[] = [];
  const end = (id: string) =>
    onceUnlocked(() => projections.change(() => [onUpgrade(id, [{ type: "upgrade.closed", data: {} }])]));
  for (let begun = 0; begun < count; ) {
    const agent = { id: `${name}-${begun}`, name: `${name}-${begun}` };
    const id = `prod-1.${agent.id}.1`;
    const data = { rollout: "prod-1", server: "prod", agent, attempt: 1, from: "6" };
    await new Promise((resolve) => setImmediate(resolve));
    await projections.catchUp();
    await onceUnlocked(() =>
      projections.change(() =>
        projections.openUpgrades("prod").length < 10 ? [onUpgrade(id, [{ type: "upgrade.intended", data }])] : [],
      ),
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

/** On a busy machine the process that has the lock may not run for longer than the others wait for it. */
async function onceUnlocked(turn: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await turn();
      return;
    } catch (error) {
      if (!(error instanceof LedgerUnwritable) || error.reason !== "locked" || tries >= 100) throw error;
    }
  }
}
