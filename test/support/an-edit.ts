import { copyFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { openDatabase } from "../../src/adapters/sqlite/database.ts";

type Edit = (file: string) => void;

/** Without the triggers, which anybody can drop who can write to the file. */
function edit(sql: string): Edit {
  return (file) => {
    const raw = openDatabase(file);
    try {
      raw.exec("PRAGMA ignore_check_constraints = ON");
      raw.exec(sql);
    } catch {
      // SQLite refuses it: then nothing was edited.
    } finally {
      raw.close();
    }
  };
}

const NO_TRIGGERS = "DROP TRIGGER event_is_not_edited; DROP TRIGGER event_is_not_removed;";
const position = fc.integer({ min: -1, max: 52 });
const value = fc.constantFrom(
  "''",
  "NULL",
  "'{}'",
  "0",
  "1",
  "-1",
  "2.5",
  "x'00'",
  "'s.1'",
  "'x'",
  "position",
  "link",
  "json",
  "pruned",
);
const column = fc.constantFrom("position", "stream", "seq", "id", "json", "link", "pruned");
const dropped = fc.constantFrom(
  ...["TRIGGER event_is_not_edited", "TRIGGER event_is_not_removed", "TABLE event", "TABLE head", "TABLE ledger_key"],
);
const added = fc.constantFrom(
  "CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM head; END",
  "CREATE TRIGGER t BEFORE INSERT ON event BEGIN SELECT RAISE(IGNORE); END",
  "CREATE TRIGGER t AFTER UPDATE ON head BEGIN UPDATE head SET position = 1; END",
  "CREATE UNIQUE INDEX i ON event (stream)",
  "CREATE UNIQUE INDEX i ON event (seq, stream, pruned)",
  "CREATE UNIQUE INDEX i ON head (link)",
  "CREATE INDEX i ON event (json)",
  "CREATE TABLE t (x)",
  "CREATE VIEW v AS SELECT 1",
  "ALTER TABLE event ADD COLUMN more",
  "ALTER TABLE event RENAME COLUMN pruned TO gone",
  "ALTER TABLE head RENAME TO heads",
  "ALTER TABLE ledger_key ADD COLUMN more",
);

/** What anybody can do to a ledger's file who may write to it; `older` is a copy of before, `other` another ledger with the same key. */
export function anEdit({ older, other }: { readonly older: string; readonly other: string }): fc.Arbitrary<Edit> {
  return fc.oneof(
    {
      weight: 5,
      arbitrary: fc
        .tuple(column, value, position)
        .map(([name, to, at]) =>
          edit(`${NO_TRIGGERS} UPDATE OR REPLACE event SET ${name} = ${to} WHERE position = ${at}`),
        ),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(position, position)
        .map(([from, to]) => edit(`${NO_TRIGGERS} DELETE FROM event WHERE position BETWEEN ${from} AND ${to}`)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(position, position)
        .map(([from, to]) =>
          edit(
            `${NO_TRIGGERS} UPDATE event SET position = 1000 WHERE position = ${from}; UPDATE event SET position = ${from} WHERE position = ${to}; UPDATE event SET position = ${to} WHERE position = 1000`,
          ),
        ),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom("position", "link", "seal", "one"), value)
        .map(([name, to]) => edit(`UPDATE OR REPLACE head SET ${name} = ${to.replace(/json|pruned/, "seal")}`)),
    },
    {
      weight: 1,
      arbitrary: value.map((to) =>
        edit(`UPDATE OR REPLACE ledger_key SET fingerprint = ${to.replace(/position|link|json|pruned/, "one")}`),
      ),
    },
    { weight: 1, arbitrary: fc.constantFrom("head", "ledger_key").map((name) => edit(`DELETE FROM ${name}`)) },
    { weight: 2, arbitrary: dropped.map((what) => edit(`DROP ${what}`)) },
    { weight: 3, arbitrary: added.map((sql) => edit(sql)) },
    {
      weight: 1,
      arbitrary: fc.integer({ min: -1, max: 9 }).map((version) => edit(`PRAGMA user_version = ${version}`)),
    },
    {
      weight: 1,
      arbitrary: position.map((at) =>
        edit(
          `ATTACH '${other}' AS other; ${NO_TRIGGERS} DELETE FROM event WHERE position = ${at}; INSERT INTO event SELECT * FROM other.event WHERE position = ${at}`,
        ),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(older, other).map(
        (from): Edit =>
          (file) =>
            copyFileSync(from, file),
      ),
    },
    {
      weight: 3,
      arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map(
        (part): Edit =>
          (file) =>
            truncateSync(file, Math.floor(part * readFileSync(file).length)),
      ),
    },
    {
      weight: 12,
      arbitrary: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 7 })).map(
        ([part, bit]): Edit =>
          (file) => {
            const bytes = readFileSync(file);
            const at = Math.min(bytes.length - 1, Math.floor(part * bytes.length));
            bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
            writeFileSync(file, bytes);
          },
      ),
    },
  );
}
