import type { Clock, Log } from "../../core/ports.ts";
import type { Published, Statuses } from "../../core/statuses.ts";
import type { Session } from "./open-postgres.ts";

/** From one look at what others published to the next, in ms. */
const LOOK_EVERY = 1_000;

interface Kept<Status> {
  readonly status: Status;
  readonly json: string;
  /** The term under which it was published; 0 for what others published. */
  readonly epoch: number;
  /** Since when (monotonic) it has been published. */
  readonly since: number;
  /** Whether the table has it, or has had it. */
  written?: true;
}

interface Row {
  readonly server: string;
  readonly json: string;
  /** In ms, by the database's clock. */
  readonly age: number;
}

/** A monitor that has lost its duty does not publish over its successor. */
const WRITE = `INSERT INTO server_status (server, epoch, written, json) VALUES ($1, $2, clock_timestamp(), $3)
  ON CONFLICT (server) DO UPDATE SET epoch = excluded.epoch, written = excluded.written, json = excluded.json
  WHERE server_status.epoch <= excluded.epoch RETURNING server`;
const READ =
  "SELECT server, json, (extract(epoch FROM clock_timestamp() - written) * 1000)::float8 AS age FROM server_status";

export interface SharedStatuses<Status extends Published> extends Statuses<Status> {
  /** Fulfilled once what was published here is written, and what others published is read. */
  exchange(): Promise<void>;
  close(): void;
}

/**
 * Statuses for every replica. Each knows at once what it published itself, and a second later what others did. How old theirs are is
 * counted by the database's clock and then by the one that never jumps.
 */
export function openPostgresStatuses<Status extends Published>(
  db: Session,
  settings: {
    readonly clock: Clock;
    readonly log: Log;
    /** The term of the duty under which this process publishes a server's status; left out: there are no others. */
    readonly epochOf?: (server: string) => number;
  },
): SharedStatuses<Status> {
  const { clock, log, epochOf = () => 0 } = settings;
  const own = new Map<string, Kept<Status>>();
  const others = new Map<string, Kept<Status>>();
  const listeners = new Set<() => void>();
  let line: Promise<void> = Promise.resolve();
  let failing = false;
  let isClosed = false;
  let cancel = () => {};

  async function write(server: string, kept: Kept<Status>): Promise<void> {
    // A newer one follows in the line.
    if (own.get(server) !== kept) return;
    const written = await db.rows(WRITE, [server, kept.epoch, kept.json]);
    if (written.length === 0) own.delete(server);
    else {
      kept.written = true;
      others.delete(server);
    }
  }

  function tell(): void {
    for (const listener of listeners) listener();
  }

  async function read(): Promise<void> {
    let isNew = false;
    for (const { server, json, age } of await db.rows<Row>(READ)) {
      if (own.get(server)?.json === json || others.get(server)?.json === json) continue;
      const since = clock.monotonic() - Math.max(0, age);
      others.set(server, { status: JSON.parse(json) as Status, json, epoch: 0, since });
      isNew = true;
    }
    if (isNew) tell();
  }

  /** One after the other. Never throws: what fails is tried again with the next status or look, and the log says so once. */
  function inLine(work: () => Promise<void>): Promise<void> {
    line = line.then(work).then(
      () => {
        failing = false;
      },
      (error: unknown) => {
        if (!failing && !isClosed)
          log.warn({ error }, "Drydock could not exchange the servers' statuses. It tries again");
        failing = true;
      },
    );
    return line;
  }

  function look(): void {
    cancel = clock.after(LOOK_EVERY, () => {
      void inLine(read).then(() => isClosed || look());
    });
  }

  look();
  return {
    publish(status) {
      const { server } = status;
      const kept = { status, json: JSON.stringify(status), epoch: epochOf(server), since: clock.monotonic() };
      own.set(server, kept);
      void inLine(() => write(server, kept));
      tell();
    },
    of(server) {
      const mine = own.get(server);
      // What another process wrote after that is newer. The order is the database's, and no clock's.
      const newest = mine && !mine.written ? mine : (others.get(server) ?? mine);
      return newest && { status: newest.status, age: clock.monotonic() - newest.since };
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    exchange: () => inLine(read),
    close() {
      isClosed = true;
      cancel();
    },
  };
}
