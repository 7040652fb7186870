import type { Line } from "../../core/view.ts";
import { blockedAt, phraseOf } from "../../gates/index.ts";
import type { ServerSituation } from "../../gates/server-situation.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { type Slots, slotWords } from "../../servers/server-status.ts";
import type { ServerSummary } from "./server-summary.ts";

export interface StatePorts {
  readonly situation: (server: ManagedServer) => ServerSituation;
  readonly slots: (server: ManagedServer) => Slots;
}

/** Slots in use, and what keeps upgrades from starting on the server, below its summary. */
export function stateLines(
  server: ManagedServer,
  { situation, slots }: StatePorts,
  summary: Pick<ServerSummary, "kind">,
): readonly Line[] {
  const now = situation(server);
  // Why it could not be read is in the summary.
  const rest = summary.kind === "unread" && now.strange !== undefined ? { ...now, strange: "" } : now;
  const blocked = blockedAt("dispatch", "server", rest, server.policy);
  return [[`Slots in use: ${slotWords(slots(server))}.`], ...blocked.map(phraseOf)];
}
