import type { Limits } from "../server/limits.ts";

/** How many agents may be in flight: in all, and behind one relay. */
export interface Capacity extends Pick<Limits, "perRelay"> {
  readonly slots: number;
}

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
