import { existsSync } from "node:fs";
import { type Database, openDatabase } from "../../src/adapters/sqlite/database.ts";

export interface RecordedEvent {
  readonly type: string;
  readonly at: number;
  readonly actor: string;
  /** The call from which it follows. */
  readonly callId?: string;
  readonly stream: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface RecordedEvents {
  /** The events of one stream, or of all, oldest first. */
  of(stream?: string): readonly RecordedEvent[];
  close(): void;
}

/** Reads a ledger's file beside the Drydock that writes it. Before there is one, there are no events. */
export function openEvents(file: string): RecordedEvents {
  let db: Database | undefined;
  let readAfter: ReturnType<typeof newerEvents> | undefined;
  let version: (() => number | undefined) | undefined;
  let seen: number | undefined;
  const read: RecordedEvent[] = [];
  const streams = new Map<string, RecordedEvent[]>();
  let position = 0;
  let isRead = false;

  /**
   * Events never change, so each is read once, and only when somebody has written since. What looks several times without a pause sees
   * the same events.
   */
  function readOn(): void {
    if (isRead) return;
    isRead = true;
    queueMicrotask(() => {
      isRead = false;
    });
    if (!readAfter) {
      if (!existsSync(file)) return;
      db = openDatabase(file, { readonly: true });
      readAfter = newerEvents(db);
      const asked = db.prepare<[], { data_version: number }>("PRAGMA data_version");
      version = () => asked.get()?.data_version;
    }
    const now = version?.();
    if (now === seen) return;
    seen = now;
    for (const row of readAfter.all(position)) {
      position = row.position;
      const event = { ...(JSON.parse(row.json) as Omit<RecordedEvent, "stream">), stream: row.stream };
      read.push(event);
      const stream = streams.get(row.stream);
      if (stream) stream.push(event);
      else streams.set(row.stream, [event]);
    }
  }

  return {
    of(stream) {
      readOn();
      return stream === undefined ? read : (streams.get(stream) ?? []);
    },
    close: () => db?.close(),
  };
}

function newerEvents(db: Database) {
  return db.prepare<[number], { position: number; stream: string; json: string }>(
    "SELECT position, stream, json FROM event WHERE position > ? ORDER BY position",
  );
}
