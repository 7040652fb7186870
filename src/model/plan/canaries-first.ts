import type { PlannedAgent } from "./plan.ts";

type Placed = Pick<PlannedAgent, "relay" | "version">;

/**
 * The same agents with so many canaries at the head, chosen to represent them all: one of each group (same relay, same
 * version) before a second one of any, a relay or a version that has none yet first, and larger groups before smaller ones.
 * @param isUrgent versions a group of which goes before a group of any other.
 */
export function canariesFirst<A extends Placed>(
  agents: readonly A[],
  canaries: number,
  isUrgent: (version: string) => boolean = () => false,
): readonly A[] {
  if (canaries <= 0 || canaries >= agents.length) return agents;
  const groups = groupsOf(agents, isUrgent);
  const taken = { group: counter(), relay: counter(), version: counter() };
  const chosen: A[] = [];
  while (chosen.length < canaries) {
    let best: Group<A> | undefined;
    for (const group of groups)
      if (group.left.length > 0 && (!best || cost(group, taken) < cost(best, taken))) best = group;
    const agent = best?.left.shift();
    if (!best || !agent) break;
    taken.group.add(best.key);
    taken.relay.add(best.relay);
    taken.version.add(best.version);
    chosen.push(agent);
  }
  const canary = new Set(chosen);
  return [...chosen, ...agents.filter((agent) => !canary.has(agent))];
}

interface Group<A> {
  readonly key: string;
  readonly relay: string;
  readonly version: string;
  readonly urgent: boolean;
  readonly left: A[];
}

/** The largest first; of groups of one size the one whose first agent comes first. */
function groupsOf<A extends Placed>(agents: readonly A[], isUrgent: (version: string) => boolean): readonly Group<A>[] {
  const groups = new Map<string, Group<A>>();
  for (const agent of agents) {
    const [relay, version] = [agent.relay ?? "", agent.version ?? ""];
    const key = JSON.stringify([relay, version]);
    const group = groups.get(key) ?? { key, relay, version, urgent: isUrgent(version), left: [] };
    group.left.push(agent);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.left.length - a.left.length);
}

/** How well the group is represented already: first the group itself, then whether it is urgent, then where it is. */
function cost(
  { key, relay, version, urgent }: Group<unknown>,
  taken: Readonly<Record<"group" | "relay" | "version", Counter>>,
) {
  return taken.group.of(key) * 1e9 + (urgent ? 0 : 1e6) + taken.relay.of(relay) + taken.version.of(version);
}

type Counter = ReturnType<typeof counter>;

function counter() {
  const counts = new Map<string, number>();
  return {
    of: (key: string) => counts.get(key) ?? 0,
    add: (key: string) => counts.set(key, (counts.get(key) ?? 0) + 1),
  };
}
