import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/adapters/sqlite/database.ts";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import type { Ledger, LedgerWrite } from "../../src/model/ledger-port.ts";
import { createWriter } from "../features/audit/written-ledger.ts";
import { KEY as GOLDEN_KEY, GOLDEN_LEDGER } from "../golden/ledger-world.ts";
import { appendAll } from "../support/append.ts";
import { runProgram } from "../support/run-program.ts";

const folder = mkdtempSync(join(tmpdir(), "audit-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const KEY = "a key of the tests, which is long enough";

function drydock(...args: readonly string[]) {
  return runProgram(args, { DRYDOCK_LEDGER_KEY: KEY });
}

/** A ledger that is sealed with the right key, whatever is in it. */
async function sealed(name: string, writes: readonly LedgerWrite[]): Promise<{ file: string; ledger: Ledger }> {
  const file = join(folder, `${name}.db`);
  const ledger = openSqliteLedger({ file, key: Buffer.from(KEY) });
  await appendAll(ledger, ...writes);
  return { file, ledger };
}

/** One sound rollout, and one more for each fault: eleven in flight, an approval by its requester, an upgrade in a freeze. */
function faultyHistory() {
  const writer = createWriter();
  const all = (n: number) => Array.from({ length: n }, (_, i) => i);
  writer.rules();
  writer.started("prod-1", 2);
  for (const i of all(2)) writer.intended("prod-1", i);
  for (const i of all(2)) writer.verified("prod-1", i);
  writer.ended("prod-1");
  writer.started("prod-2", 11);
  for (const i of all(11)) writer.intended("prod-2", i);
  for (const i of all(11)) writer.verified("prod-2", i);
  writer.ended("prod-2");
  writer.started("prod-3", 1, { person: "U0ALICE2", user: { id: "alice", name: "alice" } });
  writer.ended("prod-3");
  writer.started("prod-4", 2);
  writer.intended("prod-4", 0);
  const freeze = { by: "U0BOB", serverUser: { id: "bob", name: "bob" }, reason: "release", until: null };
  writer.write("server.prod", { type: "server.frozen", data: freeze });
  writer.intended("prod-4", 1);
  return writer.writes;
}

interface Printed {
  readonly rollouts: readonly {
    readonly id: string;
    readonly verdict: string;
    readonly claims: readonly {
      readonly claim: string;
      readonly verdict: string;
      readonly findings: readonly { readonly row: number; readonly text: string }[];
    }[];
  }[];
}

const verdictsOf = ({ rollouts }: Printed) => rollouts.map(({ id, verdict }) => `${id} ${verdict}`);
const findingsOf = ({ rollouts }: Printed) =>
  rollouts.flatMap(({ id, claims }) =>
    claims.flatMap(({ claim, findings }) => findings.map(({ row, text }) => `${id} ${claim} row ${row}: ${text}`)),
  );

describe("audit verify", () => {
  test("finds eleven in flight, an approval by the requester and an upgrade in a freeze, beside the bot that writes", async () => {
    const { file, ledger } = await sealed("faulty", faultyHistory());
    const { status, stdout, stderr } = await drydock("audit", "verify", "--json", "--ledger", file);
    await ledger.close();
    expect([status, stderr]).toEqual([1, ""]);
    const printed = JSON.parse(stdout) as Printed;
    expect(verdictsOf(printed)).toEqual(["prod-1 proven", "prod-2 finding", "prod-3 finding", "prod-4 finding"]);
    expect(findingsOf(printed)).toEqual([
      "prod-2 in-flight row 25: 11 upgrades were in flight, and the limit is 10.",
      "prod-2 slots row 25: 11 upgrades were in flight, and the policy's slots are 10.",
      "prod-3 approvals row 51: It started with 0 of 1 required approvals.",
      "prod-3 approvers row 50: U0ALICE2 (alice) approved a rollout that they asked for or owned.",
      "prod-4 freeze row 58: It began while U0BOB had frozen the server.",
    ]);
  });

  test("prints each claim of one rollout, and what it rests on", async () => {
    const { file, ledger } = await sealed("one", faultyHistory());
    await ledger.close();
    const { status, stdout } = await drydock("audit", "verify", "prod-4", "--ledger", file);
    expect(status).toBe(1);
    expect(stdout).toMatchInlineSnapshot(`
      "The ledger's chain is whole: 58 rows. The newest is from 2026-11-24 22:58 UTC.

      ✘ prod-4 (U0ALICE, 2 attempts, from 2026-11-24 22:53 UTC, not over): finding
          ✔ No upgrade began unrecorded, twice, or while 10 were in flight: proven
          ✔ No upgrade began while all slots of policy or plan were taken: proven
          ✔ It had the approvals that the policy required: proven
              Oldest reading: less than 1 s before row 55.
          ✔ No approver had asked for it or owned it, unless the policy allows that: proven
          · An approver who had never owned it reviewed the emergency: nothing to check
          ✔ Only agents of the approved plan were upgraded: proven
          ✘ No upgrade began in a freeze: finding
              Row 58: It began while U0BOB had frozen the server.
          ✔ No upgrade began outside a maintenance window: proven
          ✔ No upgrade began while it was paused, stopped or over: proven
          ✔ Requesters, owners and approvers held their rights when they pressed: proven
              Oldest reading: less than 1 s before row 53.
          ✔ The owner held the rights at each upgrade: proven
              Oldest reading: less than 1 s before row 56.

      1 rollout: 1 with findings.
      "
    `);
    expect((await drydock("audit", "verify", "prod-9", "--ledger", file)).stderr).toContain('no rollout "prod-9"');
  });

  test("of what an older version did not record it says so, and proves the rest", async () => {
    const file = join(folder, "golden.db");
    copyFileSync(GOLDEN_LEDGER, file);
    const args = ["audit", "verify", "--ledger", file];
    const { status, stdout, stderr } = await runProgram(args, { DRYDOCK_LEDGER_KEY: GOLDEN_KEY.toString() });
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatchInlineSnapshot(`
      "The ledger's chain is whole: 357 rows. The newest is from 2026-11-02 10:27 UTC.

      ? An approver who had never owned it reviewed the emergency: not recorded for prod-9. The ledger lacks the end of its review, which is still open.
      ? Requesters, owners and approvers held their rights when they pressed: not recorded for prod-1, prod-2, prod-3, prod-4, prod-5, prod-6, prod-7, prod-8 and 6 more. The ledger lacks the rights that Drydock read.
      ? The owner held the rights at each upgrade: not recorded for prod-1, prod-2, prod-3, prod-4, prod-5, prod-6, prod-7, prod-8 and 4 more. The ledger lacks the rights that Drydock read.
      ! It had the approvals that the policy required: waived in an emergency for prod-9.

      14 rollouts: 14 not fully recorded.
      "
    `);
  });

  test("refuses a copy that was changed, and names the row", async () => {
    const { file, ledger } = await sealed("changed", faultyHistory());
    await ledger.close();
    const db = openDatabase(file);
    db.exec("DROP TRIGGER event_is_not_edited");
    db.exec("UPDATE event SET json = replace(json, 'U0ALICE2', 'U0CAROL') WHERE position = 50");
    db.close();
    const { status, stdout, stderr } = await drydock("audit", "verify", "--ledger", file);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("The ledger's chain is broken at position 50: a row was edited, removed or moved.");
    expect(stderr, "an auditor who only reads has started nothing").not.toContain("upgrade");
  });

  test("a wrong key, no ledger and a wrong option are told apart", async () => {
    const { file, ledger } = await sealed("key", faultyHistory());
    await ledger.close();
    const other = { DRYDOCK_LEDGER_KEY: "another key, which is long enough too" };
    const wrong = await runProgram(["audit", "verify", "--ledger", file], other);
    expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining("is not the key of the ledger")]);
    const none = await drydock("audit", "verify", "--ledger", join(folder, "none.db"));
    expect([none.status, none.stderr]).toEqual([1, expect.stringContaining("There is no ledger at")]);
    expect((await drydock("audit", "verify", "--colour")).status).toBe(2);
  });
});

describe("audit export", () => {
  test("writes every event, for its owner alone, and neutralises formulas", async () => {
    const { file, ledger } = await sealed("export", faultyHistory());
    await ledger.close();
    const to = join(folder, "events.csv");
    const done = await drydock("audit", "export", to, "--ledger", file);
    expect([done.status, done.stdout]).toEqual([0, `${to}: 58 events of a ledger whose chain is whole.\n`]);
    const lines = readFileSync(to, "utf8").trimEnd().split("\r\n");
    expect(lines).toHaveLength(59);
    expect(lines[0]).toBe("row,time,stream,event,actor,data,call");
    expect(lines[1]).toContain("1,2026-11-24T22:01:00.000Z,server.prod,policy.set,drydock,");
    expect(statSync(to).mode & 0o777).toBe(0o600);

    const jsonl = join(folder, "events.jsonl");
    const none = await drydock("audit", "export", jsonl, "--rollout", "prod-9", "--ledger", file);
    expect([none.status, none.stderr]).toEqual([1, expect.stringContaining('no rollout "prod-9"')]);
    expect(existsSync(jsonl)).toBe(false);
    await drydock("audit", "export", jsonl, "--rollout", "prod-3", "--ledger", file);
    const events = readFileSync(jsonl, "utf8").trimEnd().split("\n");
    expect(events.map((line) => JSON.parse(line).type)).toEqual([
      "rollout.requested",
      "rollout.approved",
      "rollout.started",
      "rollout.ended",
    ]);

    expect(JSON.parse(events[0] ?? "")).toMatchObject({ at: "2026-11-24T22:49:00.000Z", callId: null });

    expect((await drydock("audit", "export", to, "--ledger", file)).stderr).toContain("overwrites nothing");
    expect((await drydock("audit", "export", "events.txt", "--ledger", file)).status).toBe(2);
  });
});

test("audit report prints the page of a rollout, whatever the audit found", async () => {
  const { file, ledger } = await sealed("report", faultyHistory());
  await ledger.close();
  const { status, stdout } = await drydock("audit", "report", "prod-2", "--ledger", file);
  expect(status).toBe(0);
  expect(stdout).toContain("<title>prod-2: audit</title>");
  expect(stdout).toContain("11 upgrades were in flight, and the limit is 10.");
  expect((await drydock("audit", "report", "prod-9", "--ledger", file)).stderr).toContain('no rollout "prod-9"');
});

test("an id is found in any case, also in an export of one rollout", async () => {
  const { file, ledger } = await sealed("case", faultyHistory());
  await ledger.close();
  expect((await drydock("audit", "verify", "PROD-3", "--ledger", file)).stdout).toContain("✘ prod-3 (U0ALICE");
  expect((await drydock("audit", "report", "Prod-3", "--ledger", file)).stdout).toContain("<title>prod-3: audit");
  const to = join(folder, "case.jsonl");
  const { stdout } = await drydock("audit", "export", to, "--rollout", "PROD-3", "--ledger", file);
  expect(stdout).toContain(": 4 events ");
});

test("an export has the call from which an event follows", async () => {
  const [write] = faultyHistory();
  if (!write) throw new Error("The history is empty.");
  const events = write.events.map((event) => ({ ...event, at: event.at + 7, callId: "T0.C0.1" }));
  const { file, ledger } = await sealed("call", [{ ...write, events }]);
  await ledger.close();
  const [csv, jsonl] = [join(folder, "call.csv"), join(folder, "call.jsonl")];
  for (const to of [csv, jsonl]) await drydock("audit", "export", to, "--ledger", file);
  expect(readFileSync(csv, "utf8")).toMatch(
    /\r\n1,2026-11-24T22:01:00\.007Z,server\.prod,policy\.set,drydock,.*,T0\.C0\.1\r\n/,
  );
  expect(JSON.parse(readFileSync(jsonl, "utf8"))).toMatchObject({ at: "2026-11-24T22:01:00.007Z", callId: "T0.C0.1" });
});

const ARCHIVED = /^prod-1 is archived\. Row \d+: \S+ archived \d+ rows on [\d: -]+ UTC, into archive\.jsonl\./;

test("what was archived is named, and no rollout of it is said to be unknown", async () => {
  const { file, ledger } = await sealed("archived", faultyHistory());
  await ledger.close();
  const config = join(folder, "archived.yml");
  writeFileSync(config, `servers: {prod: {url: 'https://deploy.corp.test', approvals: 0}}\nledger: {file: ${file}}\n`);
  const archive = join(folder, "archive.jsonl");
  const kept = await drydock("retain", "--before", "2026-11-25", "--archive", archive, "--config", config);
  expect([kept.status, kept.stderr]).toEqual([0, ""]);
  for (const words of [["verify"], ["report"], ["export", join(folder, "gone.csv"), "--rollout"]]) {
    const { status, stderr } = await drydock("audit", ...words, "prod-1", "--ledger", file);
    expect([status, stderr]).toEqual([1, expect.stringMatching(ARCHIVED)]);
    expect(stderr).toContain("To read it there, add --archive FILE.");
  }
  const shown = await drydock("show", "PROD-1", "--config", config);
  expect([shown.status, shown.stderr]).toEqual([1, expect.stringMatching(ARCHIVED)]);
  expect(shown.stderr).toContain("drydock audit report prod-1 --archive FILE reads it there.");
  const to = join(folder, "rest.csv");
  const done = await drydock("audit", "export", to, "--ledger", file, "--json");
  const { archived } = JSON.parse(done.stdout) as { readonly archived: number };
  expect(archived).toBeGreaterThan(0);
  const again = await drydock("audit", "export", join(folder, "rest.jsonl"), "--ledger", file);
  expect(again.stdout).toContain(`${archived} archived rows are left out: their content is in their archive.`);
});
