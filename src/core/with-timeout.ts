import type { Clock } from "./ports.ts";

/** What `work` brings within so many ms, else undefined; what comes later is passed over. Throws what `work` throws. */
export async function withTimeout<T>(clock: Clock, ms: number, work: Promise<T>): Promise<T | undefined> {
  let cancel = () => {};
  const late = new Promise<undefined>((resolve) => {
    cancel = clock.after(ms, () => resolve(undefined));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    cancel();
    work.catch(() => undefined);
  }
}
