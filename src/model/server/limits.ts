/** What bounds how many upgrades of a server are in flight, besides the policy's slots. */
export interface Limits {
  /** Whether fewer slots are open while the server is in trouble. */
  readonly adaptive: boolean;
  /** The least time between two cuts, in ms. */
  readonly cutAgain: number;
  /** In flight behind one relay. */
  readonly perRelay: number;
}

/** Our own numbers, because the vendor names none. `perRelay` keeps a relay's agents from going offline together. */
export const DEFAULT_LIMITS: Limits = { adaptive: true, cutAgain: 60_000, perRelay: 3 };
