import { nearest } from "../../core/nearest.ts";

/** The server's name that is nearest to a configured one, whatever its capitals, if one is near enough to be meant. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const near = nearest(
    name,
    known.map((one) => one.toLowerCase()),
  );
  return known.find((one) => one.toLowerCase() === near);
}
