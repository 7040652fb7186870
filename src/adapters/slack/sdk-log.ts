import { type Logger, LogLevel } from "@slack/bolt";
import type { Log } from "../../app/ports.ts";

export type SdkLogger = Logger;

/** What Slack's own packages say, in our log: their chatter as debug, without tokens. */
export function createSdkLog(log: Log): SdkLogger {
  const clean = (parts: readonly unknown[]) =>
    parts
      .map(String)
      .join(" ")
      .replace(/xox[a-z]-[\w-]+|xapp-[\w-]+/g, "[token]")
      .slice(0, 2_000);
  return {
    debug: () => {},
    info: (...parts) => log.debug({ said: clean(parts) }, "Slack's package says"),
    warn: (...parts) => log.warn({ said: clean(parts) }, "Slack's package warns"),
    error: (...parts) => log.warn({ said: clean(parts) }, "Slack's package reports an error"),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}
