import { createCache } from "../core/cache.ts";
import type { Clock } from "../core/ports.ts";

const WINDOW = 60_000;
const COMMANDS = 20;
const MAX_PEOPLE = 10_000;

/** How much one person may ask for: 20 commands a minute. Undefined = go on; else the sentence that says why not. */
export function createRateLimit({ clock }: { readonly clock: Clock }): (person: string) => string | undefined {
  const asked = createCache<readonly number[]>({ clock, max: MAX_PEOPLE, ttl: WINDOW });

  return (person) => {
    const now = clock.monotonic();
    const recent = (asked.get(person) ?? []).filter((at) => at > now - WINDOW);
    const full = recent.length >= COMMANDS;
    asked.set(person, full ? recent : [...recent, now]);
    if (!full) return undefined;
    const seconds = Math.max(1, Math.ceil(((recent[0] ?? now) + WINDOW - now) / 1000));
    return `That was ${COMMANDS} commands within a minute, the most for one person. Try again in ${seconds} s. Pause and stop always work.`;
  };
}
