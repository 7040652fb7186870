import type { Cause } from "./cause.ts";
import { type Key, type Line, lineText } from "./view.ts";

/**
 * Something the person can put right: said to them as it stands, without a stack.
 * Everything else that is thrown is a bug: the person gets an id, the log gets the rest.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  /** The kind of fault, in kebab-case, whatever the sentence says. */
  readonly code: Key;
  /** As it is shown: with names that are drawn as such. */
  readonly line: Line;

  /** What the ledger keeps of it, where its code alone says too little. */
  readonly why: Cause | undefined;

  constructor(code: Key, said: string | Line, why?: Cause) {
    const line = typeof said === "string" ? [said] : said;
    super(lineText(line));
    this.code = code;
    this.line = line;
    this.why = why;
  }
}
