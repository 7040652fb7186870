import { type Logger, LogLevel } from "@slack/bolt";
import type { Clock, Log } from "../../app/ports.ts";

export type SdkLogger = Logger;

/** The same sentence is passed on once in so many ms: they repeat it with every call that fails. */
const SAID_AGAIN = 10 * 60_000;
const MOST = 500;

/** What Slack's own packages say, in our log: their chatter as debug, without tokens, and each sentence only now and then. */
export function createSdkLog(log: Log, { clock }: { readonly clock: Clock }): SdkLogger {
  const saidAt = new Map<string, number>();

  function warn(parts: readonly unknown[], message: string): void {
    const said = clean(parts);
    const now = clock.now();
    if (now - (saidAt.get(said) ?? Number.NEGATIVE_INFINITY) < SAID_AGAIN) return;
    if (saidAt.size >= MOST) saidAt.clear();
    saidAt.set(said, now);
    log.warn({ said }, message);
  }

  return {
    debug: () => {},
    info: (...parts) => log.debug({ said: clean(parts) }, "Slack's package says"),
    warn: (...parts) => warn(parts, "Slack's package warns"),
    error: (...parts) => warn(parts, "Slack's package reports an error"),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}

function clean(parts: readonly unknown[]): string {
  return parts
    .map(String)
    .join(" ")
    .replace(/xox[a-z]-[\w-]+|xapp-[\w-]+/g, "[token]")
    .slice(0, 2_000);
}
