import { closest, distance } from "fastest-levenshtein";

/** The known word that is near enough to be meant. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const best = closest(word.slice(0, 60), [...known]);
  return best && distance(word.slice(0, 60), best) <= 3 ? best : undefined;
}
