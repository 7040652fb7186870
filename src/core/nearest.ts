import { distance } from "fastest-levenshtein";

/** The known word that is nearest to what was typed, if one is near enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const typed = word.slice(0, 40).toLowerCase();
  const [best] = known.map((name) => ({ name, far: distance(typed, name) })).sort((a, b) => a.far - b.far);
  if (!best) return undefined;
  // Of a short word at least half has to be right: every other word of three letters is near to it.
  const most = Math.min(Math.floor(typed.length / 2), Math.max(2, Math.floor(best.name.length / 3)));
  return best.far <= most ? best.name : undefined;
}
