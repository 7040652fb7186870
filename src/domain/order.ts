import type { Agent } from "./agent.ts";

/** Upgrade Required first (those cannot deploy at all), then by name, with numbers in names in their own order. */
export function orderAgents<A extends Pick<Agent, "id" | "name" | "status">>(agents: readonly A[]): readonly A[] {
  return [...agents].sort(
    (a, b) => urgency(a) - urgency(b) || collator.compare(a.name, b.name) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
}

function urgency(agent: Pick<Agent, "status">): number {
  return agent.status === "upgrade-required" ? 0 : 1;
}

/** One fixed language: the order must not depend on where Drydock runs. */
const collator = new Intl.Collator("en", { numeric: true });
