import type { Piece } from "../core/sentence.ts";
import type { JavaNeed } from "../model/guide/java.ts";

/** Which Java a version needs, in one line. */
export function javaWords({ version, java }: JavaNeed): readonly Piece[] {
  return [
    { data: version },
    ` needs Java ${java} or later on servers and relays. The vendor does not say what agents need.`,
  ];
}
