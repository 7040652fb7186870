import { OperatorError } from "../../core/ports.ts";
import { LedgerBroken } from "../../model/ledger-port.ts";
import { type Database, openDatabase } from "./database.ts";
import { MIGRATIONS, migrate } from "./migrations.ts";

/**
 * Brings the file to this version's format, and checks everything in it that is not in the chain: format, triggers, indexes and pages.
 * Returns the names of what had been changed by hand and was rebuilt. Throws OperatorError for what cannot be rebuilt.
 */
export function prepareLedger(db: Database, file: string): readonly string[] {
  return [...rebuildSchema(db, file), ...rebuildIndexes(db, file)];
}

interface Part {
  readonly type: string;
  readonly name: string;
  readonly tbl_name: string;
  readonly sql: string;
}

/** Their rows are the chain and its end: if these tables are not as Drydock made them, nothing can be rebuilt from them. */
const CHAIN: ReadonlySet<string> = new Set(["event", "head"]);

/** Only format, tables, triggers and the definitions of indexes. */
export function rebuildSchema(db: Database, file: string): readonly string[] {
  migrate(db);
  const expected = expectedParts();
  const found = partsOf(db);
  const isSame = (a: Part, b: Part) => a.type === b.type && a.name === b.name && a.sql === b.sql;
  const wrong = expected.filter((part) => !found.some((other) => isSame(part, other)));
  const table = wrong.find(({ name }) => CHAIN.has(name));
  if (table)
    throw new OperatorError(
      `The ledger's table ${table.name} in ${file} is missing or was changed. Restore the bot's own ledger from a backup.`,
    );
  // Another table or view changes nothing; a trigger or an index on one of Drydock's tables may.
  const tables = new Set(expected.filter(({ type }) => type === "table").map(({ name }) => name));
  const strange = found.filter(
    (part) =>
      (tables.has(part.tbl_name) || wrong.some(({ name }) => name === part.name)) &&
      !expected.some((other) => isSame(part, other)),
  );
  if (wrong.length + strange.length === 0) return [];
  db.transaction(() => {
    for (const { type, name } of strange) db.exec(`DROP ${type} IF EXISTS "${name.replaceAll('"', '""')}"`);
    for (const { sql } of wrong) db.exec(sql);
  })();
  return [...new Set([...wrong, ...strange].map(({ name }) => name))];
}

function expectedParts(): readonly Part[] {
  const fresh = openDatabase(":memory:");
  try {
    for (const sql of MIGRATIONS) fresh.exec(sql);
    return partsOf(fresh);
  } finally {
    fresh.close();
  }
}

/** What SQLite makes by itself for a UNIQUE column has no SQL of its own. */
function partsOf(db: Database): readonly Part[] {
  return db.prepare<[], Part>("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL").all();
}

/** An index is derived from its table. Damage that is still there after all are rebuilt is in the rows themselves. */
export function rebuildIndexes(db: Database, file: string): readonly string[] {
  if (faultOf(db) === undefined) return [];
  try {
    db.exec("REINDEX");
  } catch {
    // The check names what is wrong.
  }
  const fault = faultOf(db);
  if (fault === undefined) return ["the indexes"];
  throw damaged(file, fault);
}

function faultOf(db: Database): string | undefined {
  const found = db.prepare<[], { integrity_check: string }>("PRAGMA integrity_check(1)").get()?.integrity_check;
  return found === "ok" ? undefined : String(found);
}

/** Throws OperatorError if a page or an index of the file is damaged. Changes nothing. */
export function checkFile(db: Database, file: string): void {
  const fault = faultOf(db);
  if (fault !== undefined) throw damaged(file, fault);
}

export function damaged(file: string, fault: string): LedgerBroken {
  return new LedgerBroken(
    `The ledger's file ${file} is damaged (${fault.slice(0, 200)}). Restore the bot's own ledger from a backup.`,
  );
}

/** Throws OperatorError if a page of the file is damaged. Changes nothing, and leaves the indexes unread. */
export function checkPages(db: Database, file: string): void {
  const fault = db.prepare<[], { quick_check: string }>("PRAGMA quick_check(1)").get()?.quick_check;
  if (fault !== "ok") throw damaged(file, String(fault));
}
