import { z } from "zod";

/** Shapes that several settings have, each with a sentence that says what was expected. */
export function yesOrNo(example: string) {
  return z.boolean(`expected true or false, e.g. ${example}`);
}

export function wholeNumber() {
  const expected = "expected a whole number, e.g. 50";
  return z.int(expected).min(0, expected);
}

export function text(expected: string) {
  return z.string(expected).regex(/\S/, expected);
}
