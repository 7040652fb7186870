import type { Agent } from "../../core/agent.ts";
import { DEFAULT_LIMITS, type Limits } from "../server/limits.ts";
import { GUESSED_DURATION } from "./forecast.ts";

/** How many agents may be in flight: in all, and behind one relay. */
export interface Capacity extends Pick<Limits, "perRelay"> {
  readonly slots: number;
}

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
  const named = [...agents].sort((a, b) => byName(a, b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
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

/** `relay-2` before `relay-10`. In one fixed language, because the order must not depend on where Drydock runs. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return collator.compare(a.name, b.name);
}

const collator = new Intl.Collator("en", { numeric: true });

/** The part of what a relay may carry at most from which on its agents go first: the rest is for upgrades that take longer than expected. */
const MUCH = 0.5;

/**
 * The same order, but while much of the work is left behind one relay its agents go first. Only a few of them may be in flight at once:
 * if they were left for the end, slots would stay empty.
 */
export function balanceRelays<A extends { readonly relayId?: string | undefined }>(
  agents: readonly A[],
  expected: (agent: A) => number,
  { slots, perRelay }: Capacity,
): readonly A[] {
  if (perRelay >= slots) return agents;
  const relays = relaysOf(agents, expected).filter((relay) => relay.queue.length > perRelay);
  if (relays.length === 0) return agents;
  const byId = new Map(relays.map((relay) => [relay.id, relay]));
  const inOrder = [...agents].reverse();
  const gone = new Set<A>();
  let work = agents.reduce((sum, agent) => sum + expected(agent), 0);

  function next(): A | undefined {
    let most: Relay<A> | undefined;
    for (const relay of relays) if (relay.work > (most?.work ?? 0)) most = relay;
    const isMuch = most !== undefined && most.work * slots > MUCH * work * perRelay;
    return firstOf(most && isMuch ? most.queue : inOrder, gone);
  }

  const order: A[] = [];
  for (let agent = next(); agent; agent = next()) {
    order.push(agent);
    gone.add(agent);
    work -= expected(agent);
    const relay = byId.get(agent.relayId ?? "");
    if (relay) relay.work -= expected(agent);
  }
  return order;
}

interface Relay<A> {
  readonly id: string;
  /** Its agents, the first one last. */
  readonly queue: A[];
  /** What is left of it, in ms. */
  work: number;
}

function relaysOf<A extends { readonly relayId?: string | undefined }>(
  agents: readonly A[],
  expected: (agent: A) => number,
): readonly Relay<A>[] {
  const relays = new Map<string, Relay<A>>();
  for (const agent of agents.toReversed()) {
    const { relayId: id } = agent;
    if (id === undefined) continue;
    const relay = relays.get(id) ?? { id, queue: [], work: 0 };
    relay.queue.push(agent);
    relay.work += expected(agent);
    relays.set(id, relay);
  }
  return [...relays.values()];
}

/** Takes those that are gone off the queue's end. */
function firstOf<A>(queue: A[], gone: ReadonlySet<A>): A | undefined {
  for (let agent = queue.pop(); agent !== undefined; agent = queue.pop()) if (!gone.has(agent)) return agent;
  return undefined;
}
