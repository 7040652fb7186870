import type { SeenDuty } from "./duty-watch.ts";

/** What befell the replica, or the database. */
export type Fault = "kill -9" | "SIGSTOP" | "network cut" | "PostgreSQL crash";
/** Where no other replica takes part, one has to start first. */
type Measured = Fault | `${Fault} of the only one`;

/** How one duty went on after a fault. */
interface TakeOver {
  readonly fault: Measured;
  readonly duty: string;
  /** Ms until a replica had its next term, and until that one was at work. */
  readonly taken: number;
  readonly working: number;
}

/** Measures how long duties are without a replica. */
export interface TakeOverTimes {
  /**
   * Measures until each of these duties is at work under a newer term, or `limit` has passed. What it is not by then is returned.
   * @param since when the fault began, or when the database was back (monotonic).
   */
  measure(fault: Measured, duties: readonly SeenDuty[], since: number, limit: number): Promise<readonly string[]>;
  /** A replica has ended its work at a duty so many ms after it was cut off, or after it woke. */
  ended(fault: Fault, ms: number): void;
  /** One line for each fault. */
  table(): readonly string[];
}

export function createTakeOverTimes(ports: {
  readonly duties: () => ReadonlyMap<string, SeenDuty>;
  /** When Slack was last heard by a replica (monotonic). */
  readonly heardSlackAt: () => number;
  readonly pause: () => Promise<void>;
}): TakeOverTimes {
  const takeOvers: TakeOver[] = [];
  const ends: { readonly fault: Fault; readonly ms: number }[] = [];

  function isWorking(duty: SeenDuty, since: number): boolean {
    return duty.name === "slack" ? ports.heardSlackAt() > since : duty.published === duty.epoch;
  }

  return {
    async measure(fault, before, since, limit) {
      const taken = new Map<string, number>();
      const left = new Map(before.map((duty) => [duty.name, duty]));
      while (left.size > 0 && performance.now() - since < limit) {
        const now = ports.duties();
        for (const [name, { epoch }] of left) {
          const duty = now.get(name);
          if (!duty || duty.epoch <= epoch || duty.pid === undefined) continue;
          if (!taken.has(name)) taken.set(name, performance.now() - since);
          if (!isWorking(duty, since)) continue;
          left.delete(name);
          takeOvers.push({ fault, duty: name, taken: taken.get(name) ?? 0, working: performance.now() - since });
        }
        await ports.pause();
      }
      return [...left.keys()];
    },
    ended: (fault, ms) => void ends.push({ fault, ms }),
    table() {
      const faults = [...new Set(takeOvers.map(({ fault }) => fault))];
      return faults.map((fault) => {
        const of = takeOvers.filter((one) => one.fault === fault);
        const own = ends.filter((one) => one.fault === fault).map(({ ms }) => ms);
        return [
          `${fault.padEnd(24)} ${String(of.length).padStart(3)} duties`,
          `taken ${medianAndWorst(of.map(({ taken }) => taken))}`,
          `working ${medianAndWorst(of.map(({ working }) => working))}`,
          ...(own.length > 0 ? [`the old replica ended ${medianAndWorst(own)}`] : []),
        ].join("  ");
      });
    },
  };
}

function medianAndWorst(times: readonly number[]): string {
  const sorted = [...times].sort((a, b) => a - b);
  return [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)]
    .map((ms = 0) => `${(ms / 1_000).toFixed(2)} s`)
    .join(" / ");
}
