import type { Duties, Duty, Term } from "./core/duties.ts";

/** People are heard only while this process has the duty `slack`. */
export interface Hearing {
  readonly duties: Duties;
  /** Fulfilled once people are heard here for the first time; rejected if that cannot be. */
  readonly first: Promise<void>;
  /** Whether this process has the duty. */
  isHere(): boolean;
  /** The term under which it may post; undefined once it ends, or another process can have the duty. */
  termNow(): Term | undefined;
}

/**
 * @param begin lets people be heard once the conversation runs, until the signal is aborted; if it throws, another process may have the duty.
 * @param end called after the conversation has ended: nobody waits for it.
 */
export function hearWhileTalking(
  duties: Duties,
  { begin, end }: { readonly begin: (signal: AbortSignal) => Promise<void>; readonly end: () => void },
): Hearing {
  let here: Term | undefined;
  let onFirst = { resolve: () => {}, reject: (_error: unknown) => {} };
  const first = new Promise<void>((resolve, reject) => {
    onFirst = { resolve, reject };
  });
  first.catch(() => undefined);

  async function work(duty: Duty, term: Term): Promise<void> {
    const ending = new AbortController();
    let failure: { readonly error: unknown } | undefined;
    let isBegun = false;

    function progress(): void {
      term.progress();
      if (isBegun) return;
      isBegun = true;
      begin(ending.signal).then(onFirst.resolve, (error: unknown) => {
        failure = { error };
        onFirst.reject(error);
        ending.abort();
      });
    }

    const endToo = () => ending.abort(term.signal.reason);
    if (term.signal.aborted) endToo();
    term.signal.addEventListener("abort", endToo, { once: true });
    here = { ...term, signal: ending.signal };
    try {
      await duty.work({ ...term, signal: ending.signal, progress });
    } finally {
      ending.abort();
      here = undefined;
      end();
    }
    if (failure) throw failure.error;
  }

  return {
    duties: {
      run: (given) =>
        duties.run(given.map((duty) => (duty.name === "slack" ? { ...duty, work: (term) => work(duty, term) } : duty))),
      close: duties.close,
    },
    first,
    isHere: () => here !== undefined,
    termNow: () => (here?.isHeld() && !here.signal.aborted ? here : undefined),
  };
}
