import type { StoredEvent } from "../../../model/events.ts";
import { afterEvent, type Entry, NOTHING_BEFORE, rolloutEntry } from "./rollout-entry.ts";
import { serverEntry } from "./server-entry.ts";
import { isCounted, upgradesEntry } from "./upgrades-entry.ts";

/** One line of the timeline, with the rows of the ledger that it is made of. */
export interface TimelineItem extends Entry {
  readonly at: number;
  /** The same as `at` for a single event. */
  readonly until: number;
  readonly rows: readonly [first: number, last: number];
}

/** What happened, in order. Upgrades between two other events are one line, so that thousands of agents can be read. */
export function timelineOf(events: readonly StoredEvent[]): readonly TimelineItem[] {
  const items: TimelineItem[] = [];
  const names = new Map<string, string>();
  let batch: StoredEvent[] = [];
  let before = NOTHING_BEFORE;
  const close = () => {
    const entry = upgradesEntry(batch, names);
    const [first, last] = [batch[0], batch.at(-1)];
    if (entry && first && last)
      items.push({ ...entry, at: first.at, until: last.at, rows: [first.position, last.position] });
    batch = [];
  };
  for (const event of events) {
    if (event.stream.startsWith("upgrade.")) {
      if (isCounted(event)) batch.push(event);
      if (event.type === "upgrade.intended" || event.type === "upgrade.skipped")
        names.set(event.data.agent.id, event.data.agent.name);
      continue;
    }
    const entry = rolloutEntry(event, before) ?? serverEntry(event);
    before = afterEvent(before, event);
    if (!entry) continue;
    close();
    const { at, position } = event;
    items.push({ ...entry, at, until: at, rows: [position, position] });
  }
  close();
  return items;
}
