import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import { createWriter } from "../features/audit/written-ledger.ts";
import { appendAll } from "../support/append.ts";
import { manualClock } from "../support/manual-clock.ts";
import { runProgram } from "../support/run-program.ts";

const KEY = "a key of the tests, which is long enough";
const NOW = Date.parse("2026-11-25T03:12:00Z");
const directory = mkdtempSync(join(tmpdir(), "show-"));
const config = join(directory, "drydock.yml");
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const BOB = { by: "U0BOB", serverUser: { id: "bob", name: "bob" } };
const CAROL = { by: "U0CAROL", serverUser: { id: "carol", name: "carol" } };

async function show(id: string): Promise<{ text: string; json: Record<string, unknown> }> {
  const run = (...more: readonly string[]) =>
    runProgram(["show", id, ...more, "--config", config], { DRYDOCK_LEDGER_KEY: KEY }, manualClock(NOW));
  const [text, json] = [await run(), await run("--json")];
  expect([text.stderr, json.stderr]).toEqual(["", ""]);
  return { text: text.stdout, json: JSON.parse(json.stdout) as Record<string, unknown> };
}

/** An emergency with its review, a rollout that was asked for twice, and one with a failed agent that is to be retried. */
beforeAll(async () => {
  writeFileSync(config, "servers: {prod: {url: 'https://deploy.corp.test', approvals: 0, slots: 4, mode: live}}\n");
  const writer = createWriter();
  writer.rules();
  writer.started("prod-1", 1);
  // An emergency is not asked for.
  writer.writes.splice(1, 2);
  writer.write("rollout.prod-1", { type: "review.opened", data: { ...BOB, reason: "agents hang", agents: 1 } });
  writer.started("prod-2", 3);
  writer.askedAgain("prod-2", { freeze: null, window: null });
  const again = { ...CAROL, round: 2, hash: "hash of prod-2" };
  writer.write("rollout.prod-2", { type: "rollout.approved", data: again });
  writer.started("prod-3", 2);
  writer.intended("prod-3", 0);
  const refused = { outcome: "refused", detail: null, holdsSlot: false } as const;
  writer.write("upgrade.prod-3.prod-3-a0.1", { type: "upgrade.outcome", data: refused });
  const retry = { id: "prod-3-a0", attempt: 2, notBefore: NOW };
  writer.write("rollout.prod-3", { type: "rollout.retried", data: { ...BOB, cause: null, agents: [retry] } });
  writer.started("prod-4", 1);
  writer.writes.pop();
  const file = join(directory, "drydock.db");
  const ledger = openSqliteLedger({ file, key: Buffer.from(KEY) });
  await appendAll(ledger, ...writer.writes);
  await ledger.close();
});

test("an emergency is shown as one, with its review", async () => {
  const { text, json } = await show("prod-1");
  expect(text).toContain("\nStarted by bob (U0BOB) as an emergency, without approval, for 1 agent: agents hang\n");
  expect(text).toContain("\nIts review is open: an approver has to look at it.\n");
  expect(json).toMatchObject({ emergency: { by: { slack: "U0BOB" }, reason: "agents hang", reviewed: null } });
  const ledger = openSqliteLedger({ file: join(directory, "drydock.db"), key: Buffer.from(KEY) });
  const closed = { type: "review.closed", data: { ...CAROL, note: "all well" } } as const;
  const events = [{ ...closed, id: "closed", v: 1, at: NOW, actor: "U0CAROL" }] as const;
  await appendAll(ledger, { stream: "rollout.prod-1", events });
  await ledger.close();
  const later = await show("prod-1");
  expect(later.text).toContain("\nReviewed by carol (U0CAROL) 2026-11-25 03:12 UTC: all well\n");
  expect(later.json).toMatchObject({ emergency: { reviewed: { by: { account: "carol" }, note: "all well" } } });
});

test("approvers are named with their accounts, and earlier requests are not hidden", async () => {
  const { text, json } = await show("prod-2");
  expect(text).toMatch(
    /\nAsked for by alice \(U0ALICE\) [\d: -]+UTC \(request 2: approvals of earlier ones do not count, and drydock audit report prod-2 names them\)\.\n/,
  );
  expect(text).toMatch(/\nApproved by carol \(U0CAROL\) 2026-11-24 22:\d\d UTC\.\n/);
  expect(json).toMatchObject({ requester: { account: "alice" }, approvals: [{ slack: "U0CAROL", account: "carol" }] });
});

test("an agent that Drydock retries is not shown as failed and as waiting at once", async () => {
  const { text, json } = await show("prod-3");
  expect(text).toContain("0 of 2 upgraded, 2 waiting.");
  expect(text).toMatch(/^web-0 +waiting for a retry /m);
  expect(json).toMatchObject({ agents: [{ failed: false, state: "waiting for a retry" }, { state: "waiting" }] });
});

test("a request that has not started has no time of its start", async () => {
  const { text, json } = await show("prod-4");
  expect(text).toMatch(/^On prod, owned by alice \(U0ALICE\), asked for 2026-11-24 22:\d\d UTC\.$/m);
  expect(json).toMatchObject({ startedAt: null, requestedAt: expect.stringMatching(/^2026-11-24T22:/) });
});
