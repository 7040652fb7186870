/** One answer for all who ask for the same, also while it is under way; the oldest of more than `max` goes. Failures are not kept. */
export function createShared<T>(max: number): (key: string, make: () => Promise<T>) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (key, make) => {
    const before = answers.get(key);
    if (before !== undefined) return before;
    const made = make();
    answers.set(key, made);
    const [oldest] = answers.keys();
    if (answers.size > max && oldest !== undefined) answers.delete(oldest);
    made.catch(() => {
      if (answers.get(key) === made) answers.delete(key);
    });
    return made;
  };
}
