import type { Duties, Duty, DutyName } from "../../src/core/duties.ts";

export interface SwitchedDuties extends Duties {
  /** All terms end, as if another process took the duties. Fulfilled once no work runs any more. */
  lose(): Promise<void>;
  /** New terms begin, of these duties or of all. Fulfilled once their work has begun. */
  get(names?: readonly DutyName[]): Promise<void>;
}

/** Counts the terms. */
interface Terms {
  epoch: number;
}

/**
 * Duties that a test takes away and gives back. A process has them all to begin with, unless it is a standby.
 * @param terms what several processes count together.
 */
export function createSwitchedDuties(terms: Terms = { epoch: 0 }, { isStandby = false } = {}): SwitchedDuties {
  let duties: readonly Duty[] = [];
  let ending = new AbortController();
  const works: Promise<void>[] = [];

  async function get(names?: readonly DutyName[]): Promise<void> {
    terms.epoch += 1;
    const { epoch } = terms;
    ending = new AbortController();
    const { signal } = ending;
    const mine = duties.filter(({ name }) => names?.includes(name) ?? true);
    const begun = mine.map(
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
      if (!isStandby) await get();
    },
    lose,
    get,
    close: lose,
  };
}
