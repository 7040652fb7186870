import { type AgentSituation, situationWith } from "../gates/agent-situation.ts";
import { canariesOf, holdsRest } from "../model/rollout/canaries.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Projections } from "../projections/projections.ts";
import type { ManagedServer } from "../servers/managed-server.ts";
import type { KnownRelays } from "./known-relays.ts";
import { quarantinedOn } from "./quarantined.ts";
import { createRelayCapacity } from "./relay-capacity.ts";

type Waiting = AgentSituation["agent"] & { readonly relay?: string };

/** Agents of a server whose turn comes, as the ledger has them now. */
export function agentSituations(
  projections: Projections,
  server: ManagedServer,
  now: number,
): (agent: Waiting, more?: Partial<AgentSituation>) => AgentSituation {
  const { name, policy } = server;
  const isQuarantined = quarantinedOn(projections, name);
  return (agent, more) =>
    situationWith({
      agent,
      now,
      // Only a window asks for it.
      expected: policy.windows.length === 0 ? 0 : projections.learned.expect(name, agent).ms,
      inRelayTurn: isQuarantined(agent),
      ...more,
    });
}

/** Tells of an agent whether only canaries of the rollout may begin, and it is none. */
export function waitsForCanaries(projections: Projections, rollout: Rollout): (agentId: string) => boolean {
  if (!holdsRest(rollout)) return () => false;
  const canaries = canariesOf(rollout, (id) => projections.attempts(rollout.id, id).at(-1));
  const ids = new Set(canaries.map(({ id }) => id));
  return (agentId) => !ids.has(agentId);
}

/**
 * What is free for one more attempt beside all that hold a slot, ours and those of others. Its own counts for nothing.
 * @param agent with the relay that it is behind now.
 * @param held how many the server's hold leaves; left out = it has none.
 */
export function roomFor(
  projections: Projections,
  server: ManagedServer,
  agent: Waiting,
  given: { readonly mine: string; readonly held?: number | undefined; readonly knownRelays: KnownRelays },
): Pick<AgentSituation, "openSlots" | "relayRoom"> {
  const { mine, held = Number.POSITIVE_INFINITY, knownRelays } = given;
  const others = projections.openUpgrades(server.name).filter(({ holdsSlot, id }) => holdsSlot && id !== mine);
  const { upgrading } = projections.server(server.name).external;
  const inFlight = others.map(({ id }) => id);
  const capacity = createRelayCapacity(projections, server, { inFlight, knownRelays });
  return {
    openSlots: Math.min(server.policy.slots - others.length - upgrading.size, held),
    relayRoom: agent.relay === undefined ? Number.POSITIVE_INFINITY : capacity.roomOf(agent.relay),
  };
}
