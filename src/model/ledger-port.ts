import type { Fence } from "../core/duties.ts";
import { dutyLostText, type Unwritable, unwritableText } from "../core/ledger-words.ts";
import { OperatorError } from "../core/ports.ts";
import type { LedgerEvent, StoredEvent } from "./events.ts";

/** The truth, append-only: state, audit and recovery are all folds over it. */
export interface Ledger {
  /**
   * The only way to write, alone and in one transaction: hands over what was written after `position`, writes what `decide` answers and
   * returns that as it is stored. `decide` is synchronous and is asked before anything is written. Where it throws, nothing is.
   * Throws LedgerUnwritable, and LedgerLost if the ledger went back in time. With a fence it throws DutyLost if another process has the
   * duty; a ledger of one process has no need to look.
   */
  turn(
    position: number,
    decide: (fresh: readonly StoredEvent[]) => readonly LedgerWrite[],
    fence?: Fence,
  ): Promise<readonly StoredEvent[]>;
  /** Throws LedgerUnwritable as long as nothing can be written. */
  check(): Promise<void>;
  /** Throws LedgerBroken if a row that it reads was edited. */
  read(stream: string): Promise<readonly StoredEvent[]>;
  /** The events of all streams whose names begin with `prefix`, each stream in its order. Throws LedgerBroken as read does. */
  readBelow(prefix: string): Promise<readonly StoredEvent[]>;
  /** Events with a position above `position`, in commit order, `limit` at most. Positions start at 1. Throws LedgerLost as turn does. */
  since(position: number, limit: number): Promise<readonly StoredEvent[]>;
  /**
   * Calls back after other processes have written, and after a time in which that could not be seen; the returned function ends that.
   * Left out: no other process writes.
   */
  follow?(listener: () => void): () => void;
  /** What was kept of all events up to a position; undefined if all of them have to be folded. */
  readonly snapshot?: Snapshot | undefined;
  /** Keeps a snapshot for the next start, in place of the one before. Never throws. */
  keep?(snapshot: Snapshot): void;
  /** The rows behind the snapshot, which were not verified when the ledger was opened; undefined if all were. */
  readonly older?: OlderRows | undefined;
  close(): Promise<void>;
}

/** The events up to `position`, folded. */
export interface Snapshot {
  readonly position: number;
  /** Whatever `structuredClone` takes. */
  readonly state: unknown;
}

/** Rows that are verified while Drydock runs already. Throws a LedgerBroken that names the first row that was edited, removed or moved. */
export interface OlderRows {
  /** Verifies all rows of these streams. @param streams how many events each of them has. */
  verify(streams: ReadonlyMap<string, number>): Promise<void>;
  /** Verifies all rows, and the file's pages and indexes. */
  verifyAll(): Promise<void>;
}

/** Events for the end of one stream. */
export interface LedgerWrite {
  readonly stream: string;
  readonly events: readonly LedgerEvent[];
}

/** When Drydock last ran, kept beside the ledger. */
export interface Presence {
  /** Records that this process is alive at `now`, if that can be recorded. Never throws. */
  alive(now: number): Promise<void>;
  /** The newest time that was recorded, by this process or one before it; undefined if there is none. */
  aliveAt(): Promise<number | undefined>;
}

/** Another process has the duty for which this was to be written: this one has lost it, and ends its work. */
export class DutyLost extends Error {
  override readonly name = "DutyLost";

  constructor(duty: string) {
    super(dutyLostText(duty));
  }
}

/** A row was edited, removed or moved, or the file is damaged. No event after that can be trusted, so Drydock ends. */
export class LedgerBroken extends OperatorError {
  override readonly name = "LedgerBroken";
}

/** Nothing can be written: no room, a read-only file, a disk that fails, a file that another program has locked. */
export class LedgerUnwritable extends Error {
  override readonly name: string = "LedgerUnwritable";
  readonly reason: Unwritable;

  constructor(reason: Unwritable) {
    super(unwritableText(reason));
    this.reason = reason;
  }
}

/**
 * The ledger went back in time, as after a backup was put in its place: this process knows of events that the ledger lacks, and may
 * write no more. Or its file was moved: what is written to it would not be found at the next start.
 */
export class LedgerLost extends LedgerUnwritable {
  override readonly name = "LedgerLost";

  constructor(reason: "lost" | "moved" = "lost") {
    super(reason);
  }
}

/** Whether what was decided may be in the ledger all the same. */
export function isUnconfirmed(error: unknown): boolean {
  return error instanceof LedgerUnwritable && error.reason === "unconfirmed";
}
