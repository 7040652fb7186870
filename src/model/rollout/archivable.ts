import type { StoredEvent } from "../events.ts";
import { evolveRollout } from "./evolve-rollout.ts";
import { isOpen, type Rollout } from "./rollout.ts";

/** What may leave the ledger: whole streams, and single events of streams that go on. */
export interface Archivable {
  readonly streams: ReadonlySet<string>;
  /** By their positions. */
  readonly events: ReadonlySet<number>;
}

/** What people typed and were told. Who they are, and their tokens' history, stay. */
const SAID: ReadonlySet<string> = new Set(["person.asked", "person.told", "person.refused"]);

/**
 * The streams of rollouts that were over, and reviewed, before `before` (ms since 1970) and of which nothing is watched any more: a
 * rollout goes with all its upgrades, or not at all. Of people's streams it is what they said and read before then; streams of servers stay.
 */
export function archivable(events: Iterable<StoredEvent>, before: number): Archivable {
  const rollouts = new Map<string, Rollout>();
  const lastAt = new Map<string, number>();
  const upgrades = new Map<string, { readonly rollout: string; closed: boolean }>();
  const said = new Set<number>();
  const touch = (rollout: string, at: number) => lastAt.set(rollout, Math.max(lastAt.get(rollout) ?? 0, at));
  for (const event of events) {
    if (event.stream.startsWith("rollout.")) {
      const id = event.stream.slice("rollout.".length);
      const next = evolveRollout(rollouts.get(id), event);
      if (next) rollouts.set(id, next);
      touch(id, event.at);
    } else if (event.stream.startsWith("upgrade.")) {
      const rollout = event.stream.split(".")[1] ?? "";
      upgrades.set(event.stream, { rollout, closed: event.closes === true });
      touch(rollout, event.at);
    } else if (SAID.has(event.type) && event.at < before) said.add(event.position);
  }
  const watched = new Set([...upgrades.values()].filter(({ closed }) => !closed).map(({ rollout }) => rollout));
  const old = new Set(
    [...rollouts.values()]
      .filter((rollout) => !isOpen(rollout) && !watched.has(rollout.id) && (lastAt.get(rollout.id) ?? before) < before)
      .map(({ id }) => id),
  );
  const theirs = [...upgrades].filter(([, { rollout }]) => old.has(rollout)).map(([stream]) => stream);
  return { streams: new Set([...[...old].map((id) => `rollout.${id}`), ...theirs]), events: said };
}
