/** What was typed cannot be carried out. The message is a sentence; nothing was done; the exit code is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What was typed, short and without control characters. */
export function quoted(typed: string): string {
  return JSON.stringify(typed.slice(0, 60));
}
