import { describe, expect, test } from "vitest";
import { sqliteFault } from "../../../src/adapters/sqlite/sqlite-fault.ts";
import { OperatorError } from "../../../src/core/ports.ts";

const FILE = "/var/lib/drydock/ledger.db";

function sqliteError(code: string): Error {
  return Object.assign(new Error("its own words"), { code });
}

describe("what SQLite reports about a file", () => {
  test.each([
    ["SQLITE_NOTADB", "is not a SQLite database"],
    ["SQLITE_CORRUPT_INDEX", "is damaged"],
    ["SQLITE_CANTOPEN", "cannot open"],
    ["SQLITE_READONLY_DIRECTORY", "may not write"],
    ["SQLITE_FULL", "is full"],
    ["SQLITE_IOERR_WRITE", "reports an error"],
    ["SQLITE_BUSY_RECOVERY", "Another program has locked"],
  ])("%s is a sentence with the file's name", (code, sentence) => {
    const fault = sqliteFault(FILE, sqliteError(code));
    expect(fault).toBeInstanceOf(OperatorError);
    expect((fault as Error).message).toContain(sentence);
    expect((fault as Error).message).toContain(FILE);
    expect((fault as Error).message).not.toContain("SQLITE");
  });

  test("a mistake in our own SQL stays a bug, and so does any other error", () => {
    for (const error of [sqliteError("SQLITE_ERROR"), new TypeError("x"), "x", undefined])
      expect(sqliteFault(FILE, error)).toBe(error);
  });

  test("a module that was built for another Node says how to build it again", () => {
    const other = Object.assign(new Error("NODE_MODULE_VERSION 115"), { code: "ERR_DLOPEN_FAILED" });
    const none = new Error("Could not locate the bindings file. Tried: …");
    for (const error of [other, none])
      expect(sqliteFault(FILE, error)).toMatchObject({
        message: expect.stringContaining("npm rebuild better-sqlite3"),
      });
  });
});
