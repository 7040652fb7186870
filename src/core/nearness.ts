import { distance } from "fastest-levenshtein";
import { foldName } from "./typed-text.ts";

const MAX_LENGTH = 255;
/** A shorter part of a name says too little. */
const MIN_PART = 3;

/** How far a known name, or its beginning, is from what was typed; undefined if it is too far to be meant. */
export function nearness(typed: string, known: string): number | undefined {
  const name = foldName(known).slice(0, MAX_LENGTH);
  const meant = foldName(typed.slice(0, MAX_LENGTH)).replace(/[*?<>=]/g, "");
  if (meant.length >= MIN_PART && name.includes(meant)) return 1;
  const whole = distance(meant, name);
  if (whole <= Math.max(2, Math.floor(meant.length / 3)) && whole < meant.length) return whole;
  const start = distance(meant, name.slice(0, meant.length));
  return meant.length >= MIN_PART && start <= Math.max(1, Math.floor(meant.length / 4)) ? start + 1 : undefined;
}
