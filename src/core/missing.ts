import type { ServerName } from "./ports.ts";

/** What can keep Drydock from being ready. Monitoring depends on these codes: they keep their meaning. */
export const MISSING_CODES = [
  "starting",
  "stopping",
  "ledger-not-writable",
  "clock-wrong",
  "slack-disconnected",
  "slack-not-answering",
  "slack-token-refused",
  "server-not-watched",
  "server-not-answering",
] as const;

export type MissingCode = (typeof MISSING_CODES)[number];

/** What is not as it should be, and keeps Drydock from nothing. They keep their meaning, too. */
export type WarningCode = "clock-differs";

/** One thing that keeps Drydock from being ready. Anyone who reaches its port may read it: no secrets, no agents, no people. */
export interface Missing {
  readonly code: MissingCode;
  readonly server?: ServerName;
}
