import type { Clock } from "../core/ports.ts";
import type { Upgrade } from "../model/upgrade/upgrade.ts";

/** To find the one that changed, one more agent is looked at together for each of these ms that the look before took. */
const SLOW = 200;

/** Looks at one after the other until nothing is missing, at none twice; at more together where the server takes its time. */
export async function lookOneByOne(
  clock: Clock,
  /** The likeliest first, by what is known now. */
  candidates: () => readonly Upgrade[],
  isMissing: () => boolean,
  look: (upgrades: readonly Upgrade[]) => Promise<void>,
): Promise<void> {
  const seen = new Set<Upgrade>();
  let together = 1;
  while (isMissing()) {
    const unseen = candidates().filter((upgrade) => !seen.has(upgrade));
    const next = unseen.slice(0, together);
    if (next.length === 0) return;
    for (const upgrade of next) seen.add(upgrade);
    const began = clock.monotonic();
    await look(next);
    together = 1 + Math.floor((clock.monotonic() - began) / SLOW);
  }
}
