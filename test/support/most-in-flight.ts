import type { StoredEvent } from "../../src/model/events.ts";

/** How many upgrades were in flight at most, after any of the events. */
export function mostInFlight(events: readonly StoredEvent[]): number {
  const inFlight = new Set<string>();
  let most = 0;
  for (const { type, stream } of events) {
    if (type === "upgrade.intended") inFlight.add(stream);
    else if (type === "upgrade.closed") inFlight.delete(stream);
    most = Math.max(most, inFlight.size);
  }
  return most;
}
