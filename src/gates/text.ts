import type { Moment } from "../core/moment.ts";

/** A sentence in pieces: our own text, a text from outside, or a person. */
export type Text = readonly (string | { readonly data: string } | { readonly person: string } | Moment)[];
