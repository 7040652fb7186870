import type { Clock } from "../../app/ports.ts";

/** How long a delivery is remembered, and how many are. Source: the design, "Slack, exactly once enough". */
const REMEMBERED = 10 * 60_000;
const MOST = 10_000;

/** Tells whether a delivery is new; Slack sends again what it thinks was not taken, and Bolt would handle it twice. */
export function createSeen({ clock }: { readonly clock: Clock }): (id: string) => boolean {
  const seen = new Map<string, number>();
  return (id) => {
    const now = clock.now();
    for (const [old, at] of seen) {
      if (seen.size <= MOST && at > now - REMEMBERED) break;
      seen.delete(old);
    }
    if (seen.has(id)) return false;
    seen.set(id, now);
    return true;
  };
}
