import type { Duties, Duty } from "../../core/duties.ts";
import type { Log } from "../../core/ports.ts";

/** All duties for this process, at once and until it ends: it holds the ledger's lock, so there is no other one. */
export function createLocalDuties({ log }: { readonly log: Log }): Duties {
  const stop = new AbortController();
  const works: Promise<void>[] = [];

  /** @param onFirstProgress the work has begun. @param onFailed called if it cannot; an error that comes later is only logged. */
  function begin(duty: Duty, onFirstProgress: () => void, onFailed: (error: unknown) => void): void {
    let begun = false;
    function progress(): void {
      if (begun) return;
      begun = true;
      onFirstProgress();
    }
    const isHeld = () => true;
    const term = { duty: duty.name, epoch: 1, signal: stop.signal, isHeld, progress, refused: () => {} };
    const work = duty.work(term).catch((error: unknown) => {
      if (!begun) onFailed(error);
      log.error({ duty: duty.name, error }, "the work at a duty ended with an error");
    });
    works.push(work);
  }

  return {
    /** The first one begins first: people are answered before anything else. */
    run: ([first, ...others]) =>
      new Promise((resolve, reject) => {
        let left = others.length;
        const onBegun = () => {
          left -= 1;
          if (left === 0) resolve();
        };
        if (!first) return resolve();
        begin(
          first,
          () => {
            for (const duty of others) begin(duty, onBegun, reject);
            if (others.length === 0) resolve();
          },
          reject,
        );
      }),
    async close() {
      stop.abort();
      await Promise.all(works);
    },
  };
}
