import { type Cause, cause } from "../../core/cause.ts";

/** How many of a server's slots are open: fewer while the server is in trouble, slowly more with every success and with time. Times are monotonic, in ms. */
export interface SlotLimit {
  /** 1 up to the policy's slots; what counts is its whole part. */
  readonly limit: number;
  readonly cutAt: number | undefined;
  /** When time alone opens the next one; undefined = it has none to open, or nobody has said since when nothing failed. */
  readonly growsAt: number | undefined;
  /** What went wrong since all slots were open, and how often: `no-answer`, `error`, or a status. */
  readonly failures: ReadonlyMap<string, number>;
}

const CUT = 0.7;
/** So many times `cutAgain` nothing may have failed before time opens slots again. */
const QUIET = 10;
/** Repeated additions of 1/limit end just below a whole number. */
const ROUNDING = 1e-9;

export function allOpen(slots: number): SlotLimit {
  return { limit: slots, cutAt: undefined, growsAt: undefined, failures: new Map() };
}

/** Something failed, or nobody knows what did before: time counts from here. */
export function waitsForQuiet(state: SlotLimit, at: number, cutAgain: number): SlotLimit {
  return { ...state, growsAt: at + QUIET * cutAgain };
}

/**
 * A failure that is the server's, while upgrades make work for it: times 0.7, at most once in `cutAgain` ms.
 * @param what as in `failures`.
 */
export function onServerFailure(state: SlotLimit, what: string, at: number, cutAgain: number): SlotLimit {
  const failures = new Map(state.failures).set(what, (state.failures.get(what) ?? 0) + 1);
  const next = waitsForQuiet({ ...state, failures }, at, cutAgain);
  if (state.cutAt !== undefined && at - state.cutAt < cutAgain) return next;
  return { ...next, limit: Math.max(1, state.limit * CUT), cutAt: at };
}

/** What the time alone brings, when nothing failed for long: plus 1 every `cutAgain` ms. */
export function onTime(state: SlotLimit, slots: number, now: number, cutAgain: number): SlotLimit {
  const { growsAt } = state;
  if (growsAt === undefined || now < growsAt || state.limit >= slots) return state;
  const steps = 1 + Math.floor((now - growsAt) / cutAgain);
  return grown({ ...state, growsAt: growsAt + steps * cutAgain }, steps, slots);
}

/** An upgrade that is done: plus 1/limit. */
export function onSuccess(state: SlotLimit, slots: number): SlotLimit {
  return state.limit >= slots ? state : grown(state, 1 / state.limit, slots);
}

/** Once all slots are open again, what went wrong is forgotten. */
function grown(state: SlotLimit, by: number, slots: number): SlotLimit {
  const limit = Math.min(slots, state.limit + by);
  return limit >= slots - ROUNDING ? { ...allOpen(slots), cutAt: state.cutAt } : { ...state, limit };
}

/** How many slots are open, 1 up to `slots`. */
export function openSlots({ limit }: SlotLimit, slots: number): number {
  return Math.max(1, Math.min(slots, Math.floor(limit + ROUNDING)));
}

/** What went wrong most often; undefined while all slots are open. */
export function reasonOf(state: SlotLimit, slots: number): Cause | undefined {
  if (openSlots(state, slots) >= slots || state.failures.size === 0) return undefined;
  const failures = [...state.failures].sort(([, a], [, b]) => b - a).slice(0, 3);
  return cause("server-failures", { failures });
}
