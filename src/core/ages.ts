import type { Clock } from "./ports.ts";

/**
 * How old things are that the ledger has with a time of the wall clock. Only when this process first sees one is the wall clock
 * asked; from then on the monotonic clock counts, whatever people do to the other.
 */
export interface Ages {
  /** In ms. @param key names the thing; `since` is its time in the ledger, and another one is another thing. */
  of(key: string, since: number): number;
  /** Forgets all other things. */
  keepOnly(keys: ReadonlySet<string>): void;
}

export function createAges(clock: Clock): Ages {
  const known = new Map<string, { readonly since: number; readonly age: number; readonly seenAt: number }>();

  return {
    of(key, since) {
      let thing = known.get(key);
      if (thing?.since !== since) {
        thing = { since, age: Math.max(0, clock.now() - since), seenAt: clock.monotonic() };
        known.set(key, thing);
      }
      return thing.age + clock.monotonic() - thing.seenAt;
    },
    keepOnly(keys) {
      for (const key of known.keys()) if (!keys.has(key)) known.delete(key);
    },
  };
}
