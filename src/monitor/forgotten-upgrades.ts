import type { AgentStatus } from "../core/agent.ts";
import type { Clock } from "../core/ports.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";

/**
 * After a person accepted a ledger that lacks rows: Drydock may have asked agents for upgrades that it no longer knows of. It begins
 * nothing on the server until it has watched for as long as an agent may take to go offline. Agents that are offline at its first look
 * are ambiguous, as after a gap.
 */
export interface ForgottenUpgrades {
  /** Whether the look is due or under way. */
  pending(): boolean;
  /** As what agents count before a reading: one that is offline may have been asked by Drydock. */
  before(agents: readonly { readonly id: string; readonly status: AgentStatus }[]): ReadonlyMap<string, AgentStatus>;
  /** The whole fleet was read, and the detector has judged it. */
  looked(): Promise<void>;
}

export function createForgottenUpgrades(
  server: Pick<ManagedServer, "name" | "deadlines">,
  { projections, clock }: { readonly projections: Projections; readonly clock: Clock },
): ForgottenUpgrades {
  /** When it was first read since this process started (monotonic). */
  let since: number | undefined;

  function pending(): boolean {
    return projections.acceptance > projections.server(server.name).checkedAcceptance;
  }

  return {
    pending,
    before(agents) {
      if (!pending() || since !== undefined) return new Map();
      return new Map(agents.flatMap(({ id, status }) => (status === "offline" ? [[id, "upgrade-required"]] : [])));
    },
    async looked() {
      if (!pending()) return;
      since ??= clock.monotonic();
      if (clock.monotonic() - since < server.deadlines.neverOffline) return;
      await projections.change(() => {
        const { acceptance } = projections;
        if (!pending()) return [];
        const event = { type: "acceptance.checked", data: { acceptance } } as const;
        return [{ stream: `server.${server.name}`, actor: "drydock", events: [event] }];
      });
    },
  };
}
