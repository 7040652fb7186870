import type { Clock } from "../ports.ts";

/** For how long one read also serves those who ask later, in ms. What began a second before somebody asks is in what they get. */
const SHARED = 500;

/**
 * One read at a time for all who ask. Whoever asks while an older one is under way waits for the next, which serves all of them: so
 * nobody gets an answer from before they asked, and a slow server gets no more requests.
 */
export function createFreshReading<T>(read: () => Promise<T>, { clock }: { readonly clock: Clock }): () => Promise<T> {
  let newest: { readonly began: number; readonly result: Promise<T> } | undefined;
  let underWay = false;
  let next: Promise<T> | undefined;

  function begin(): Promise<T> {
    underWay = true;
    const result = read().finally(() => {
      underWay = false;
    });
    newest = { began: clock.monotonic(), result };
    return result;
  }

  function again(): Promise<T> {
    next = undefined;
    return ask();
  }

  function ask(): Promise<T> {
    if (newest && clock.monotonic() - newest.began <= SHARED) return newest.result;
    if (!newest || !underWay) return begin();
    next ??= newest.result.then(again, again);
    return next;
  }

  return ask;
}
