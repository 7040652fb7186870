import type { ServerName } from "../core/ports.ts";
import type { Rollout } from "../model/rollout/rollout.ts";
import type { Projections } from "../projections/projections.ts";

/** The rollouts of a server in which a relay has its turn: never more than one. */
export function inTurn(projections: Projections, server: ServerName): readonly Rollout[] {
  return projections.openRollouts(server).filter(({ relayWork }) => relayWork.turn);
}

type IsBehind = (agent: { readonly id: string; readonly relay?: string | undefined }) => boolean;

/** Whether an agent is behind a relay in its turn: it will be cut off, so nothing begins on it meanwhile. */
export function quarantinedOn(projections: Projections, server: ServerName): IsBehind {
  return behindRelaysOf(inTurn(projections, server));
}

/** Whether an agent is behind a relay that a person was asked to upgrade. Before that, its going offline is its own. */
export function cutOffOn(projections: Projections, server: ServerName): IsBehind {
  return behindRelaysOf(inTurn(projections, server).filter(({ relayWork }) => relayWork.turn?.asked));
}

function behindRelaysOf(rollouts: readonly Rollout[]): IsBehind {
  const relays = new Set(rollouts.flatMap(({ relayWork: { turn } }) => (turn ? [turn.relay.id] : [])));
  if (relays.size === 0) return () => false;
  const planned = rollouts.flatMap(({ plan }) => (plan.relays ?? []).filter(({ id }) => relays.has(id)));
  const agents = new Set(planned.flatMap((relay) => relay.agents.map(({ id }) => id)));
  return ({ id, relay }) => agents.has(id) || (relay !== undefined && relays.has(relay));
}
