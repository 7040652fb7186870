import type { Clock } from "../core/ports.ts";

/** For how long others can join who want the same, in ms. */
const GATHERED = 500;

/**
 * One read for all who ask within a moment. It begins after the last of them has asked and when no other is under way: so nobody gets
 * an answer from before they asked, and there is never more than one request at a time.
 */
export function createFreshReading<T>(read: () => Promise<T>, { clock }: { readonly clock: Clock }): () => Promise<T> {
  let underWay: Promise<unknown> = Promise.resolve();
  let gathering: Promise<T> | undefined;

  async function gather(): Promise<T> {
    await new Promise<void>((resolve) => void clock.after(GATHERED, resolve));
    await underWay;
    gathering = undefined;
    const result = read();
    underWay = result.catch(() => undefined);
    return await result;
  }

  return () => {
    gathering ??= gather();
    return gathering;
  };
}
