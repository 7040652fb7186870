const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
/** Longer timers than 24.8 days fire at once in Node. */
const MAX_DURATION = 24 * 86_400_000;

/** As people write it, in the largest unit up to hours that fits. */
export function writtenDuration(ms: number): string {
  const unit = ["h", "m", "s"].find((name) => ms % (UNITS[name] ?? 1) === 0) ?? "ms";
  return `${ms / (UNITS[unit] ?? 1)}${unit}`;
}

/** `30s`, `5m`, `2h`, `1d`, `500ms` in milliseconds; undefined where it is none, or not between 1 ms and 24 days. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text.trim());
  const ms = Number(match?.[1]) * (UNITS[match?.[2] ?? ""] ?? Number.NaN);
  return ms >= 1 && ms <= MAX_DURATION ? ms : undefined;
}
