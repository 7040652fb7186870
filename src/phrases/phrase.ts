import type { Cause, Causes } from "../core/cause.ts";
import type { Piece, Sentence } from "../core/sentence.ts";

/** Who lacks a permission, as the reader knows them; `unnamed` where the sentence around it says who. */
export type Who = "you" | "requester" | "unnamed" | { readonly name: string };

/** @param say words a cause that belongs to this one. */
type Phrase<P> = (params: P, who: Who, say: (cause: Cause, who?: Who) => Sentence) => Sentence;

/** How each cause is worded: one way, wherever it is read. */
export type Phrases = { readonly [C in keyof Causes]: Phrase<Causes[C]> };

/** As the vendor calls `enableInactiveLinks` of the system configuration. */
export const INACTIVE_LINKS = 'Enable "Show Inactive" Links';

export function listed(texts: readonly string[]): readonly Piece[] {
  return texts.flatMap((text, i): Piece[] => (i === 0 ? [{ data: text }] : [", ", { data: text }]));
}

export function shown(version: string | null, otherwise = "unknown"): Piece {
  return version === null ? otherwise : { data: version };
}
