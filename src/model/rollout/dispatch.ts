/** One rollout as the dispatcher sees it. */
export interface Queue {
  readonly rollout: string;
  /** How many slots it may use. */
  readonly slots: number;
  /** Its upgrades that hold a slot now, those just handed to the engine included. */
  readonly inFlight: number;
  /** Upgrades that may begin, the next one first. */
  readonly waiting: readonly string[];
}

export interface DispatchState {
  /** How many slots of the server are open, 0 to 10. */
  readonly slotLimit: number;
  /** All upgrades that hold a slot on the server: ours, zombies included, and those that somebody else started. */
  readonly occupied: number;
  /** In the order in which they started. */
  readonly queues: readonly Queue[];
  /** How many agents behind one relay may be in flight; left out = any number. */
  readonly spread?: Spread;
}

export interface Spread {
  /** The relay behind which an upgrade's agent is. */
  readonly relayOf: (id: string) => string | undefined;
  /** How many more agents behind a relay may begin. */
  readonly roomOf: (relay: string) => number;
}

/**
 * Which upgrades begin now: never more than there are free slots, in turn over the rollouts, the emptiest first. One whose relay
 * has no room is passed over, and others of its rollout go before it.
 */
export function next(state: DispatchState): readonly string[] {
  const queues = state.queues.map((queue) => ({ ...queue, taken: 0, left: [...queue.waiting] }));
  const { spread } = state;
  const used = new Map<string, number>();
  const fits = (id: string) => {
    const relay = spread?.relayOf(id);
    return !spread || relay === undefined || (used.get(relay) ?? 0) < spread.roomOf(relay);
  };
  const chosen: string[] = [];
  while (state.occupied + chosen.length < state.slotLimit) {
    let best: { readonly queue: (typeof queues)[number]; readonly id: string } | undefined;
    for (const queue of queues) {
      if (queue.inFlight + queue.taken >= queue.slots) continue;
      if (best && queue.inFlight + queue.taken >= best.queue.inFlight + best.queue.taken) continue;
      const id = queue.left.find(fits);
      if (id !== undefined) best = { queue, id };
    }
    if (!best) break;
    const { queue, id } = best;
    queue.taken += 1;
    queue.left.splice(queue.left.indexOf(id), 1);
    const relay = spread?.relayOf(id);
    if (relay !== undefined) used.set(relay, (used.get(relay) ?? 0) + 1);
    chosen.push(id);
  }
  return chosen;
}
