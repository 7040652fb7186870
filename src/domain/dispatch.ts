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
  /** All upgrades of ours that hold a slot on the server, zombies included. */
  readonly occupied: number;
  /** In the order in which they started. */
  readonly queues: readonly Queue[];
}

/** Which upgrades begin now: never more than there are free slots, in turn over the rollouts, the emptiest first. */
export function next(state: DispatchState): readonly string[] {
  const queues = state.queues.map((queue) => ({ ...queue, taken: 0 }));
  const chosen: string[] = [];
  while (state.occupied + chosen.length < state.slotLimit) {
    let best: (typeof queues)[number] | undefined;
    for (const queue of queues) {
      const open = queue.taken < queue.waiting.length && queue.inFlight + queue.taken < queue.slots;
      if (open && (!best || queue.inFlight + queue.taken < best.inFlight + best.taken)) best = queue;
    }
    const id = best?.waiting[best.taken];
    if (!best || id === undefined) break;
    best.taken += 1;
    chosen.push(id);
  }
  return chosen;
}
