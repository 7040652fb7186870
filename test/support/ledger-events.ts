import { existsSync } from "node:fs";
import { type Database, openDatabase } from "../../src/adapters/database.ts";

export interface RecordedEvent {
  readonly type: string;
  readonly at: number;
  readonly actor: string;
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
  const read: RecordedEvent[] = [];
  let position = 0;

  /** Events never change, so each is read once. */
  function readOn(): void {
    if (!db && !existsSync(file)) return;
    db ??= openDatabase(file, { readonly: true });
    const rows = db
      .prepare<[number], { position: number; stream: string; json: string }>(
        "SELECT position, stream, json FROM event WHERE position > ? ORDER BY position",
      )
      .all(position);
    for (const row of rows) {
      position = row.position;
      read.push({ ...(JSON.parse(row.json) as Omit<RecordedEvent, "stream">), stream: row.stream });
    }
  }

  return {
    of(stream) {
      readOn();
      return stream === undefined ? read : read.filter((event) => event.stream === stream);
    },
    close: () => db?.close(),
  };
}
