import type { Duties, Duty } from "../../src/core/duties.ts";

export interface SwitchedDuties extends Duties {
  /** All terms end, as if another process took the duties. Fulfilled once no work runs any more. */
  lose(): Promise<void>;
  /** New terms begin. Fulfilled once their work has begun. */
  get(): Promise<void>;
}

/** Duties that a test takes away and gives back. A process has them all to begin with. */
export function createSwitchedDuties(): SwitchedDuties {
  let duties: readonly Duty[] = [];
  let epoch = 0;
  let ending = new AbortController();
  const works: Promise<void>[] = [];

  async function get(): Promise<void> {
    epoch += 1;
    ending = new AbortController();
    const { signal } = ending;
    const begun = duties.map(
      (duty) =>
        new Promise<void>((progress) => {
          const isHeld = () => !signal.aborted;
          works.push(duty.work({ duty: duty.name, epoch, signal, isHeld, progress, refused: () => {} }));
        }),
    );
    await Promise.all(begun);
  }

  async function lose(): Promise<void> {
    ending.abort();
    await Promise.all(works.splice(0));
  }

  return {
    async run(given) {
      duties = given;
      await get();
    },
    lose,
    get,
    close: lose,
  };
}
