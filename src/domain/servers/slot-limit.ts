/** How many of a server's slots are open: fewer while the server is in trouble, slowly more with every success. */
export interface SlotLimit {
  /** 1 up to the policy's slots; what counts is its whole part. */
  readonly limit: number;
  readonly cutAt: number | undefined;
  /** What went wrong since all slots were open, e.g. `answered 503`, and how often. */
  readonly failures: ReadonlyMap<string, number>;
}

const CUT = 0.7;
/** Repeated additions of 1/limit end just below a whole number. */
const ROUNDING = 1e-9;

export function allOpen(slots: number): SlotLimit {
  return { limit: slots, cutAt: undefined, failures: new Map() };
}

/**
 * A failure that is the server's: times 0.7, at most once in `cutAgain` ms.
 * @param what completes "the server …", e.g. `answered 503`.
 */
export function onServerFailure(state: SlotLimit, what: string, at: number, cutAgain: number): SlotLimit {
  const failures = new Map(state.failures).set(what, (state.failures.get(what) ?? 0) + 1);
  if (state.cutAt !== undefined && at - state.cutAt < cutAgain) return { ...state, failures };
  return { limit: Math.max(1, state.limit * CUT), cutAt: at, failures };
}

/** An upgrade that is done: plus 1/limit. Once all slots are open again, what went wrong is forgotten. */
export function onSuccess(state: SlotLimit, slots: number): SlotLimit {
  if (state.limit >= slots) return state;
  const limit = Math.min(slots, state.limit + 1 / state.limit);
  return limit >= slots - ROUNDING ? { ...allOpen(slots), cutAt: state.cutAt } : { ...state, limit };
}

/** How many slots are open, 1 up to `slots`. */
export function openSlots({ limit }: SlotLimit, slots: number): number {
  return Math.max(1, Math.min(slots, Math.floor(limit + ROUNDING)));
}

/** `the server answered 503 twice, gave no answer once`; undefined while all slots are open. */
export function reasonOf(state: SlotLimit, slots: number): string | undefined {
  if (openSlots(state, slots) >= slots || state.failures.size === 0) return undefined;
  const said = [...state.failures].sort(([, a], [, b]) => b - a).slice(0, 3);
  return `the server ${said.map(([what, times]) => `${what} ${timesWord(times)}`).join(", ")}`;
}

function timesWord(times: number): string {
  if (times === 1) return "once";
  return times === 2 ? "twice" : `${times} times`;
}
