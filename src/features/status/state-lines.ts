import type { Line } from "../../core/view.ts";
import { blockedAt, phraseOf } from "../../gates/index.ts";
import type { ServerSituation } from "../../gates/server-situation.ts";
import type { ManagedServer } from "../../servers/managed-server.ts";
import { type Slots, slotWords } from "../../servers/server-status.ts";

export interface StatePorts {
  readonly situation: (server: ManagedServer) => ServerSituation;
  readonly slots: (server: ManagedServer) => Slots;
}

/** Slots in use, and what keeps upgrades from starting on the server. */
export function stateLines(server: ManagedServer, { situation, slots }: StatePorts): readonly Line[] {
  const blocked = blockedAt("dispatch", "server", situation(server), server.policy);
  return [[`Slots in use: ${slotWords(slots(server))}.`], ...blocked.map(phraseOf)];
}
