import { LedgerBroken } from "../model/ledger-port.ts";

/** Work at the ledger, one at a time: each decision is made on all that was written before it. */
export interface Line {
  run<T>(work: () => Promise<T>): Promise<T>;
  /** What is wrong with the ledger: fulfilled if any work finds something. */
  readonly fault: Promise<Error>;
}

export function createLine(): Line {
  let last: Promise<unknown> = Promise.resolve();
  let setFault: (fault: Error) => void = () => {};
  const fault = new Promise<Error>((resolve) => {
    setFault = resolve;
  });

  return {
    fault,
    run(work) {
      const turn = last.then(work);
      last = turn.catch((error: unknown) => {
        if (error instanceof LedgerBroken) setFault(error);
      });
      return turn;
    },
  };
}
