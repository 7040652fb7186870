import type { ServerName } from "../core/ports.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Projections } from "../projections/projections.ts";

/** The rollouts of a server in which a relay has its turn: never more than one. */
export function inTurn(projections: Projections, server: ServerName): readonly Rollout[] {
  return projections.openRollouts(server).filter(({ relayWork }) => relayWork.turn);
}

/** Whether an agent is behind a relay in its turn: it will be cut off, so nothing begins on it meanwhile. */
export function quarantinedOn(
  projections: Projections,
  server: ServerName,
): (agent: { readonly id: string; readonly relay?: string | undefined }) => boolean {
  const turns = inTurn(projections, server);
  const relays = new Set(turns.flatMap(({ relayWork: { turn } }) => (turn ? [turn.relay.id] : [])));
  if (relays.size === 0) return () => false;
  const planned = turns.flatMap(({ plan }) => (plan.relays ?? []).filter(({ id }) => relays.has(id)));
  const agents = new Set(planned.flatMap((relay) => relay.agents.map(({ id }) => id)));
  return ({ id, relay }) => agents.has(id) || (relay !== undefined && relays.has(relay));
}
