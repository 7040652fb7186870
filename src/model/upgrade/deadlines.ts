/** How long each state may last, in milliseconds. All are settings of a server. */
export interface Deadlines {
  /** One request to the server. */
  readonly request: number;
  /** From the accepted trigger until the agent is seen offline or changed. */
  readonly neverOffline: number;
  /** From going offline until it is connected again. */
  readonly notBack: number;
  /** In ERROR, CONNECTING or a status that is not known. */
  readonly stuck: number;
  /** How long an agent that is back has to stay so before it counts as stable, or as back at its old version. */
  readonly stable: number;
  /** From a timed-out upgrade's outcome until its slot is given up. */
  readonly zombie: number;
  /** From an outcome until nobody looks for late changes any more. */
  readonly lateWatch: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Our own numbers, because the vendor names none. One that is too short reports a failure of an upgrade that succeeds. */
export const DEFAULT_DEADLINES: Deadlines = {
  request: 30 * SECOND,
  neverOffline: 5 * MINUTE,
  notBack: 30 * MINUTE,
  stuck: 5 * MINUTE,
  stable: 2 * MINUTE,
  zombie: 60 * MINUTE,
  lateWatch: 24 * 60 * MINUTE,
};
