import { describe, expect, test } from "vitest";
import { type ServerFacts, serverFault, serverWarnings } from "../../../src/adapters/postgres/server-faults.ts";

const SOUND: ServerFacts = {
  version: 180_004,
  named: "18.4",
  standby: false,
  schema: "public",
  fsync: "on",
  commit: "on",
  waits: "",
  standbys: 0,
  now: 1_000_000,
  pid: 7,
};

describe("a PostgreSQL server", () => {
  test("that is as it has to be is taken", () => {
    expect(serverFault(SOUND, 7)).toBeUndefined();
    expect(serverFault({ ...SOUND, commit: "remote_apply", waits: "b" }, 7)).toBeUndefined();
    expect(serverFault({ ...SOUND, commit: "local" }, 7)).toBeUndefined();
    expect(serverWarnings({ ...SOUND, waits: "b", standbys: 2 }, 1_002_000)).toEqual([]);
  });

  test.each([
    ["an older version", { version: 170_009, named: "17.9" }, "PostgreSQL 17.9"],
    ["a standby", { standby: true }, "a standby"],
    ["no schema", { schema: null }, "grant it USAGE and CREATE"],
    ["no fsync", { fsync: "off" }, "fsync = on"],
    ["commits that wait for nothing", { commit: "off" }, "synchronous_commit = on"],
    ["commits that do not wait for the standbys", { commit: "local", waits: "b" }, "synchronous_commit = on"],
    ["a pooler in between", { pid: 8 }, "DATABASE_URL_DIRECT"],
  ])("with %s is refused, with what to do", (_what, wrong, sentence) => {
    expect(serverFault({ ...SOUND, ...wrong }, 7)).toContain(sentence);
  });

  test("gets a warning for clocks that differ, and for standbys for which nothing waits", () => {
    expect(serverWarnings(SOUND, 1_002_001)).toEqual([expect.stringContaining("2.0 s apart")]);
    expect(serverWarnings({ ...SOUND, standbys: 1 }, 1_000_000)).toEqual([
      expect.stringContaining("synchronous_standby_names"),
    ]);
  });
});
