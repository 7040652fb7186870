// biome-ignore lint/style/noRestrictedImports: the one place that makes caches.
import { LRUCache } from "lru-cache";
import type { Clock } from "./ports.ts";

/**
 * Reads what a key stands for, given what it was before if that is still there. What is undefined is not kept. `keepFor`: keeps this
 * one answer for so many ms.
 */
type Read<V> = (old: V | undefined, keepFor: (ms: number) => void) => Promise<V | undefined>;

interface Limits<V> {
  readonly clock: Clock;
  /** Entries at most: the one that was used longest ago goes first. */
  readonly max: number;
  /** An entry of this age is gone, in ms. */
  readonly ttl: number;
  /** The sizes of all entries together, at most. One that is larger by itself counts as that much. */
  readonly maxSize?: number;
  readonly sizeOf?: (value: V) => number;
}

/**
 * Keeps a bounded number of entries for a time. `fetch(key, { context: read })` shares one read among all who ask while it is under
 * way and keeps its answer. A failed read is not kept.
 */
export function createCache<V extends {}>({ clock, max, ttl, maxSize, sizeOf }: Limits<V>) {
  return new LRUCache<string, V, Read<V>>({
    // lru-cache sets aside the room for `max` entries at once, which took a third of a test's time. A size of 1 each is the same bound.
    ...(maxSize && sizeOf
      ? { max, maxSize, sizeCalculation: (value) => Math.min(maxSize, Math.max(1, sizeOf(value))) }
      : { maxSize: max, sizeCalculation: () => 1 }),
    ttl: ttlOf(ttl),
    ttlResolution: 0,
    // To lru-cache, what was written at 0 never ends.
    perf: { now: () => clock.monotonic() + 1 },
    fetchMethod: (_key, old, { context, options }) =>
      context(old, (ms) => {
        options.ttl = ttlOf(ms);
      }),
    // A read that is pushed out while it is under way still answers those who wait for it.
    ignoreFetchAbort: true,
  });
}

/** lru-cache still hands out an entry that is exactly as old as it may get. */
function ttlOf(ms: number): number {
  return ms - 1;
}

/** The same answer for the same object, found once: for what many people are shown of one plan. It goes with the object. */
export function onceFor<K extends object, V>(find: (key: K) => V): (key: K) => V {
  const found = new WeakMap<K, { readonly value: V }>();
  return (key) => {
    const known = found.get(key) ?? { value: find(key) };
    found.set(key, known);
    return known.value;
  };
}
