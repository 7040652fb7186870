import type { Clock } from "../../core/ports.ts";

/** For so long the other replicas come first, in ms: each of them beats several times in it. */
const AFTER = 3_000;

/** Duties that stay free though there are replicas with room: e.g. those do not have the server in their configuration yet. */
export interface LeftDuties {
  /** Of the duties that are free at this beat, those that were free at all beats for some time. */
  left(free: readonly string[]): readonly string[];
  /** This replica has taken them beyond its share. */
  taken(names: readonly string[]): void;
  /** How many of `mine` it keeps beyond its share. Once the number of replicas changes it offers them again. */
  kept(mine: readonly string[], replicas: number): number;
}

export function createLeftDuties({ clock }: { readonly clock: Clock }): LeftDuties {
  let freeSince: ReadonlyMap<string, number> = new Map();
  let beyond: ReadonlySet<string> = new Set();
  let company = 0;
  return {
    left(free) {
      const now = clock.monotonic();
      freeSince = new Map(free.map((name) => [name, freeSince.get(name) ?? now]));
      return free.filter((name) => now - (freeSince.get(name) ?? now) > AFTER);
    },
    taken(names) {
      beyond = new Set([...beyond, ...names]);
    },
    kept(mine, replicas) {
      beyond = new Set(replicas === company ? mine.filter((name) => beyond.has(name)) : []);
      company = replicas;
      return beyond.size;
    },
  };
}
