import type { Agent } from "../../core/agent.ts";
import { DEFAULT_LIMITS } from "../server/limits.ts";
import { balanceRelays, type Capacity } from "./balance-relays.ts";
import { GUESSED_DURATION } from "./forecast.ts";
import type { PlannedAgent } from "./plan.ts";

type Ordered = Pick<Agent, "id" | "name" | "status" | "relayId" | "tags">;

/**
 * Upgrade Required first (those cannot deploy at all), then the longest expected first, so that no long one is left over at
 * the end. Among those that are about as long: spread over relays, teams and tags, so that one relay's agents do not go together.
 * No relay's agents are left over, either.
 */
export function orderAgents<A extends Ordered>(
  agents: readonly A[],
  expected: (agent: A) => number = () => GUESSED_DURATION,
  teamOf: (agent: A) => string = () => "",
  capacity: Capacity = { slots: 10, perRelay: DEFAULT_LIMITS.perRelay },
): readonly A[] {
  const named = [...agents].sort(
    (a, b) => collator.compare(a.name, b.name) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
  const isRequired = ({ status }: A) => status === "upgrade-required";
  const required = named.filter(isRequired);
  const others = named.filter((agent) => !isRequired(agent));
  return [required, others].flatMap((some) => balanceRelays(longestFirst(some, expected, teamOf), expected, capacity));
}

function longestFirst<A extends Ordered>(
  agents: readonly A[],
  expected: (agent: A) => number,
  teamOf: (agent: A) => string,
): readonly A[] {
  const groups = new Map<number, A[]>();
  for (const agent of agents) {
    const length = lengthClass(expected(agent));
    const group = groups.get(length);
    if (group) group.push(agent);
    else groups.set(length, [agent]);
  }
  return [...groups]
    .sort(([a], [b]) => b - a)
    .flatMap(([, group]) => spread(spread(spread(group, firstTag), teamOf), relayOf));
}

/** Evenly mixed by what `groupOf` says; within a group the order stays. */
export function spread<A>(items: readonly A[], groupOf: (item: A) => string): readonly A[] {
  const groups = items.map(groupOf);
  const sizes = new Map<string, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const seen = new Map<string, number>();
  return items
    .map((item, index) => {
      const group = groups[index] ?? "";
      const nth = seen.get(group) ?? 0;
      seen.set(group, nth + 1);
      // The nth of k stands at (n + 1/2) / k of the whole, whatever the group.
      return { item, index, place: (nth + 0.5) / (sizes.get(group) ?? 1) };
    })
    .sort((a, b) => a.place - b.place || a.index - b.index)
    .map(({ item }) => item);
}

/** Durations that differ by less than about 40% are the same class: medians are not more exact than that. */
function lengthClass(ms: number): number {
  return Math.round(Math.log2(Math.max(1, ms)) * 2);
}

function relayOf(agent: Ordered): string {
  return agent.relayId ?? "";
}

function firstTag(agent: Ordered): string {
  return agent.tags?.[0] ?? "";
}

/** One fixed language: the order must not depend on where Drydock runs. */
const collator = new Intl.Collator("en", { numeric: true });

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
