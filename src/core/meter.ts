import type { Agent } from "./agent.ts";
import type { ServerName } from "./ports.ts";

/** How a request ended: 2xx or 3xx, 429, another 4xx, 5xx, or without an answer. */
export type RequestResult = "answered" | "rate-limited" | "refused" | "failed" | "no-answer";

/** What the adapters count for monitoring. Only names from short lists: never an agent, a person or a text from outside. */
export interface Meter {
  slackRequest(method: string, result: RequestResult): void;
  /** Drydock acknowledged a payload of this kind from Slack, `ms` after it came in. */
  acknowledged(kind: string, ms: number): void;
  serverRequest(server: ServerName, kind: "read" | "upgrade" | "test", result: RequestResult, ms: number): void;
  /** The whole list, as Drydock's own account sees it. */
  listed(server: ServerName, agents: readonly Agent[]): void;
}

/** Where nothing is measured. */
export const NO_METER: Meter = {
  slackRequest: () => {},
  acknowledged: () => {},
  serverRequest: () => {},
  listed: () => {},
};

export function resultOf(status: number): RequestResult {
  if (status === 429) return "rate-limited";
  if (status >= 500) return "failed";
  return status >= 400 ? "refused" : "answered";
}
