import type { ServerName } from "./ports.ts";

/** What can keep Drydock from being ready. Monitoring depends on these codes: they keep their meaning. */
export const MISSING_CODES = [
  "starting",
  "stopping",
  "ledger-not-writable",
  "slack-disconnected",
  "slack-not-answering",
  "slack-token-refused",
  "server-not-watched",
  "server-not-answering",
] as const;

export type MissingCode = (typeof MISSING_CODES)[number];

/** One thing that keeps Drydock from being ready. Anyone who reaches its port may read it: no secrets, no agents, no people. */
export interface Missing {
  readonly code: MissingCode;
  readonly server?: ServerName;
}
