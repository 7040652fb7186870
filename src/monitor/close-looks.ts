import type { Agent } from "../core/agent.ts";
import type { AgentRef } from "../core/agent-ref.ts";
import type { Clock, Log } from "../core/ports.ts";
import { isAway, ServerError } from "../model/deploy-server.ts";
import { type Observation, observationOf, type Upgrade } from "../model/upgrade/upgrade.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import { createGoneAgents } from "./gone-agents.ts";

/** What the server reported of single agents; those of which it reported nothing are not in it. */
export interface CloseLook {
  readonly seen: ReadonlyMap<string, Observation>;
  /** When Drydock asked (monotonic). */
  readonly asked: number;
}

/** Asks the server for agents in flight, each by itself. */
export interface CloseLooks {
  /** @param inFlight all that are watched now, of which only `upgrades` are asked for. */
  at(upgrades: readonly Upgrade[], inFlight: readonly Upgrade[], signal: AbortSignal): Promise<CloseLook>;
  /** The whole list was read. */
  listed(agents: readonly Agent[]): void;
}

export function createCloseLooks(
  server: ManagedServer,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): CloseLooks {
  const gone = createGoneAgents();
  let silent = new Set<string>();

  function missing(agent: AgentRef): Observation {
    gone.looked(agent.id, false);
    const removed = gone.proof(agent);
    return { status: "gone", version: null, ...(removed ? { removed } : {}) };
  }

  /** Said once for each, until the server tells of it again. */
  function noteSilence({ id: agent, name: agentName }: AgentRef, error: ServerError): void {
    if (silent.has(agent)) return;
    silent.add(agent);
    log.warn(
      { server: server.name, agent, agentName, reason: error.message },
      "the server does not report an agent in flight",
    );
  }

  return {
    async at(upgrades, inFlight, signal) {
      const asked = clock.monotonic();
      const seen = new Map<string, Observation>();
      const ids = new Set(inFlight.map(({ agent }) => agent.id));
      silent = new Set([...silent].filter((id) => ids.has(id)));
      gone.keepOnly(ids);
      await Promise.all(
        upgrades.map(async ({ agent }) => {
          try {
            seen.set(agent.id, observationOf(await server.urbancode.info(agent.id, signal)));
            gone.looked(agent.id, true);
            silent.delete(agent.id);
          } catch (error) {
            if (!(error instanceof ServerError) || isAway(error)) throw error;
            if (error.fault === "not-found") seen.set(agent.id, missing(agent));
            else noteSilence(agent, error);
          }
        }),
      );
      return { seen, asked };
    },
    listed: (agents) => gone.listed(agents),
  };
}
