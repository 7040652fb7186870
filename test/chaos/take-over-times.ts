import type { SeenDuty } from "./duty-watch.ts";

/** What befell the replica, or the database. */
export type Fault = "kill -9" | "SIGSTOP" | "network cut" | "PostgreSQL crash";

/** How one duty went on after a fault. */
interface TakeOver {
  readonly fault: Fault;
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
  measure(fault: Fault, duties: readonly SeenDuty[], since: number, limit: number): Promise<readonly string[]>;
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
    table() {
      const faults = [...new Set(takeOvers.map(({ fault }) => fault))];
      return faults.map((fault) => {
        const of = takeOvers.filter((one) => one.fault === fault);
        const columns = (["taken", "working"] as const).map((what) => {
          const times = of.map((one) => one[what]).sort((a, b) => a - b);
          return `${what} ${seconds(times[Math.floor(times.length / 2)])} / ${seconds(times.at(-1))}`;
        });
        return `${fault.padEnd(16)} ${String(of.length).padStart(3)} duties  ${columns.join("  ")}`;
      });
    },
  };
}

function seconds(ms = 0): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}
