import { existsSync } from "node:fs";
import type { Clock } from "../../core/ports.ts";
import type { Published, Statuses } from "../../core/statuses.ts";
import { type Database, openDatabase } from "./database.ts";
import { sqliteFault } from "./sqlite-fault.ts";

/** What the running bot publishes, for a program beside it. Writes nothing, and makes no file. Throws OperatorError. */
export function readStatuses<Status extends Published>(
  file: string,
  { clock }: { readonly clock: Clock },
): Pick<Statuses<Status>, "of"> {
  const published = new Map(rowsOf(file).map(({ server, at, json }) => [server, { at, json }]));
  return {
    of(server) {
      const row = published.get(server);
      // Of another process only the wall clock says how old it is.
      return row && { status: JSON.parse(row.json) as Status, age: Math.max(0, clock.now() - row.at) };
    },
  };
}

interface Row {
  readonly server: string;
  readonly at: number;
  readonly json: string;
}

function rowsOf(file: string): readonly Row[] {
  if (!existsSync(file)) return [];
  let db: Database | undefined;
  try {
    db = openDatabase(file, { readonly: true });
    return db.prepare<[], Row>("SELECT server, at, json FROM server_status").all();
  } catch (error) {
    throw sqliteFault(file, error);
  } finally {
    db?.close();
  }
}
