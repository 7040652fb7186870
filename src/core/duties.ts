import type { ServerName } from "./ports.ts";

/** A piece of work that exactly one process does at a time: talking to Slack, or looking after one server. */
export type DutyName = "slack" | `server:${ServerName}`;

export interface Duty {
  readonly name: DutyName;
  /** From one round of its work to the next, in ms: what makes no progress for many of them hangs. */
  readonly round: number;
  /** Begins the work, and ends it once the term's signal is aborted. Settles after that, within 5 s. */
  work(term: Term): Promise<void>;
}

/** The right to write for a duty. A ledger that is shared by processes looks in each turn whether it still holds. */
export interface Fence {
  readonly duty: DutyName;
  /** Counts the terms of the duty, over all processes. */
  readonly epoch: number;
  /** The ledger has refused a turn: another process has the duty now. */
  refused(): void;
}

/** The time from when this process takes a duty until it loses it or gives it back. */
export interface Term extends Fence {
  readonly signal: AbortSignal;
  /** Whether no other replica can have the duty yet, by the clock: a process that stood still has not heard of the end. */
  isHeld(): boolean;
  /** The work has begun, or has gone one round further. */
  progress(): void;
}

/** Which duties this process works at. */
export interface Duties {
  /** Takes part, until `close`. Fulfilled once it does; rejects if that cannot be. */
  run(duties: readonly Duty[]): Promise<void>;
  /** Ends every term, waits until its work has ended, and gives its duty back. */
  close(): Promise<void>;
}
