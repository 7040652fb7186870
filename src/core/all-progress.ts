/** Reports progress once each of the parts has gone on since the last time: one part that hangs is enough to hang. */
export function allProgress<Part extends string>(
  parts: readonly Part[],
  progress: () => void,
): (part: NoInfer<Part>) => void {
  const waiting = new Set(parts);
  return (part) => {
    waiting.delete(part);
    if (waiting.size > 0) return;
    for (const each of parts) waiting.add(each);
    progress();
  };
}
