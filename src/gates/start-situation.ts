/** What the gates about a time for a start judge by. */
export interface StartSituation {
  readonly now: number;
  readonly startAt: number;
  /** Starts on its server that are still to come. */
  readonly scheduled: number;
}
