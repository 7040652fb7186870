import type { Clock } from "../ports.ts";

const WINDOW = 60_000;
const COMMANDS = 20;
const MOST_PEOPLE = 10_000;

/** How much one person may ask for: 20 commands a minute. Undefined = go on; else the sentence that says why not. */
export function createFairUse({ clock }: { readonly clock: Clock }): (person: string) => string | undefined {
  const asked = new Map<string, readonly number[]>();

  return (person) => {
    const now = clock.now();
    const recent = (asked.get(person) ?? []).filter((at) => at > now - WINDOW);
    const full = recent.length >= COMMANDS;
    asked.delete(person);
    asked.set(person, full ? recent : [...recent, now]);
    for (const other of asked.keys()) {
      if (asked.size <= MOST_PEOPLE) break;
      asked.delete(other);
    }
    if (!full) return undefined;
    const seconds = Math.max(1, Math.ceil(((recent[0] ?? now) + WINDOW - now) / 1000));
    return `That was ${COMMANDS} commands within a minute, which is all that one person gets. Try again in ${seconds} s; stop always works.`;
  };
}
