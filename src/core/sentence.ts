import type { Moment } from "./moment.ts";

/** A sentence in pieces: a text of ours, or something that is drawn so that it means only itself. */
export type Piece =
  | string
  | { readonly data: string }
  | { readonly person: string }
  | { readonly group: string }
  | Moment;
export type Sentence = readonly Piece[];
