import { data, type Line, type Span } from "./view.ts";

/** `1 agent`, `3 agents`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}

/** `42 s`, `18 min`, `2 h 5 min`, from milliseconds. */
export function duration(ms: number): string {
  // Between two times of the wall clock: it may have been set back.
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Names from the server, some of them where there are many. */
export function names(all: readonly string[], most = 8): Line {
  const shown = all.slice(0, most).flatMap((name, i): Span[] => (i === 0 ? [data(name)] : [", ", data(name)]));
  return all.length > most ? [...shown, ` and ${(all.length - most).toLocaleString("en")} more`] : shown;
}
