/** `30 min`, `24 h`. */
export function span(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return `${Math.round(ms / 1000)} s`;
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 6) / 10} h`;
}

export function listed<P>(pieces: readonly P[]): readonly (P | string)[] {
  return pieces.flatMap((piece, i) => (i === 0 ? [piece] : [", ", piece]));
}
