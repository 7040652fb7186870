import type { AgentSeed } from "../../playground/deploy/fleet.ts";
import { FAULTS } from "../../playground/deploy/upgrade-life.ts";

/** Every fault has its share of the agents, spread over the fleet; half of the agents are behind one of six relays. */
export function fleetOf(count: number, share: number, random: () => number): readonly AgentSeed[] {
  const each = Math.max(1, Math.round(count * share));
  const faults = FAULTS.flatMap((fault) => Array.from({ length: each }, () => fault));
  const order = Array.from({ length: count }, (_, i) => ({ i, at: random() })).sort((a, b) => a.at - b.at);
  const faultOf = new Map(order.slice(0, faults.length).map(({ i }, n) => [i, faults[n]]));
  return Array.from({ length: count }, (_, i) => {
    const fault = faultOf.get(i);
    return {
      name: `agent-${String(i + 1).padStart(3, "0")}`,
      ...(i % 2 === 0 ? { relayId: `relay-${1 + (i % 12) / 2}` } : {}),
      ...(fault ? { fault } : {}),
    };
  });
}
