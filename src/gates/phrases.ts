import type { Params } from "../core/cause.ts";
import type { Sentence } from "../core/sentence.ts";

/** How a gate words its own causes: the code behind the dot, with what belongs to it. */
type GatePhrase = (code: string, params: Params) => Sentence;

/** By the gate's id, which is what stands before the dot in a cause's code. */
export const GATE_PHRASES: Readonly<Record<string, GatePhrase>> = {};
