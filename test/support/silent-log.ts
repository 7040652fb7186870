import type { Log } from "../../src/core/ports.ts";

/** A log that keeps what it was told. */
export function keepLog(): Log & { readonly said: string[] } {
  const said: string[] = [];
  const keep = (facts: object, message: string) => void said.push(`${message} ${JSON.stringify(facts)}`);
  return { said, debug: keep, info: keep, warn: keep, error: keep };
}
