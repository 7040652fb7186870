import { createCache } from "../../core/cache.ts";
import type { Clock } from "../../core/ports.ts";

interface AgedRead<V> {
  /** When it was asked for (monotonic): an answer that came late shows no more than what was true then. */
  readonly asked: number;
  readonly answer: Promise<V | undefined>;
}

/** Shares reads among all who may take an answer of that age. Failures and answers of `undefined` are not kept. */
export function createAgedReads<V>({
  clock,
  max,
  ttl,
}: {
  readonly clock: Clock;
  readonly max: number;
  readonly ttl: number;
}): (key: string, read: () => Promise<V | undefined>, maxAge?: number) => Promise<V | undefined> {
  const known = createCache<AgedRead<V>>({ clock, max, ttl });

  return (key, read, maxAge = ttl) => {
    const before = known.get(key);
    if (before && clock.monotonic() - before.asked < maxAge) return before.answer;
    const made: AgedRead<V> = { asked: clock.monotonic(), answer: read() };
    known.set(key, made);
    const forget = () => {
      if (known.get(key) === made) known.delete(key);
    };
    made.answer.then((value) => value === undefined && forget(), forget);
    return made.answer;
  };
}
