import { type Logger, LogLevel } from "@slack/bolt";
import { createOnce } from "../../core/once.ts";
import type { Clock, Log } from "../../core/ports.ts";

export type SdkLogger = Logger;

/** What Slack's own packages say, in our log: their chatter as debug, without tokens, and each sentence once: they repeat it with every call that fails. */
export function createSdkLog(log: Log, { clock }: { readonly clock: Clock }): SdkLogger {
  const once = createOnce({ clock });

  function warn(severity: "warning" | "error", parts: readonly unknown[]): void {
    const said = clean(parts);
    if (once.isNew(said)) log.warn({ said, severity }, "Slack's package reports trouble");
  }

  return {
    debug: () => {},
    info: (...parts) => log.debug({ said: clean(parts) }, "Slack's package says"),
    warn: (...parts) => warn("warning", parts),
    error: (...parts) => warn("error", parts),
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
