const AT_ONCE = 10;

/**
 * Does `work` for each item in order, ten at a time, until `enough`. The first failure ends all of it: nothing more is begun,
 * and it is thrown.
 */
export async function tenAtATime<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  enough: () => boolean = () => false,
): Promise<void> {
  let next = 0;
  let failed = false;
  async function worker(): Promise<void> {
    while (!failed && next < items.length && !enough()) {
      const item = items[next] as T;
      next += 1;
      try {
        await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
