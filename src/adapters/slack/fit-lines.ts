/**
 * Which lines of several texts fit into so many characters together. Short texts stay whole, and the longest lose their last lines.
 * Returns how many lines of each text are shown.
 * @param texts the lengths of each text's lines. @param more what the line costs that says how many lines are left out.
 */
export function fitLines(texts: readonly (readonly number[])[], budget: number, more: number): readonly number[] {
  const whole = texts.map((lines) => lengthOf(lines));
  const most = capOf(whole, budget);
  return texts.map((lines, i) => ((whole[i] ?? 0) <= most ? lines.length : linesWithin(lines, most - more)));
}

/** Up to what length texts fit together if those that are longer are cut to it. */
function capOf(lengths: readonly number[], budget: number): number {
  let left = budget;
  const sorted = [...lengths].sort((a, b) => a - b);
  for (const [i, length] of sorted.entries()) {
    const share = Math.floor(left / (sorted.length - i));
    if (length > share) return Math.max(0, share);
    left -= length;
  }
  return Number.POSITIVE_INFINITY;
}

function linesWithin(lines: readonly number[], budget: number): number {
  let used = 0;
  for (const [i, length] of lines.entries()) {
    used += length + 1;
    if (used > budget) return i;
  }
  return lines.length;
}

/** Each line with its break. */
function lengthOf(lines: readonly number[]): number {
  return lines.reduce((sum, length) => sum + length + 1, 0);
}
