import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { openDatabase } from "../../src/adapters/sqlite/database.ts";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** Objects that the test itself does not keep. */
function made(): readonly WeakRef<object>[] {
  const db = openDatabase(":memory:");
  db.exec("CREATE TABLE a (b)");
  const statements = ["INSERT INTO a VALUES (?)", "SELECT * FROM a WHERE b = ?"].map((sql) =>
    db.prepare<[number]>(sql),
  );
  db.close();
  return statements.map((statement) => new WeakRef(statement));
}

test("no statement is ever garbage-collected, also after its database was closed", async () => {
  const references = made();
  // What a WeakRef was made for lives at least until the present task is over.
  await new Promise((resolve) => setImmediate(resolve));
  const control = new WeakRef({});
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(control.deref()).toBeUndefined();
  expect(references.map((reference) => reference.deref() === undefined)).toEqual([false, false]);
});

test("the same SQL is prepared once, so that what is kept does not grow", () => {
  const db = openDatabase(":memory:");
  expect(db.prepare("SELECT 1")).toBe(db.prepare("SELECT 1"));
  db.close();
});
