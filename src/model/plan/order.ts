import type { Agent } from "../../core/agent.ts";
import { GUESSED_DURATION } from "../rollout/progress.ts";
import { DEFAULT_LIMITS } from "../server/limits.ts";
import { balanceRelays, type Capacity } from "./balance-relays.ts";

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
  const sizes = new Map<string, number>();
  for (const item of items) sizes.set(groupOf(item), (sizes.get(groupOf(item)) ?? 0) + 1);
  const seen = new Map<string, number>();
  return items
    .map((item, index) => {
      const group = groupOf(item);
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
