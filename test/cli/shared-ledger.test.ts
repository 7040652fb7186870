import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { fingerprintOf } from "../../src/adapters/chain/chain.ts";
import { holdLedger } from "../../src/adapters/postgres/hold-ledger.ts";
import { openPostgres } from "../../src/adapters/postgres/open-postgres.ts";
import { FORMAT } from "../../src/adapters/postgres/schema.ts";
import { osUser } from "../../src/adapters/sqlite/os-user.ts";
import type { Duty } from "../../src/core/duties.ts";
import { Secret } from "../../src/core/secret.ts";
import type { LedgerWrite } from "../../src/model/ledger-port.ts";
import { systemClock, systemRandom } from "../../src/system.ts";
import { createWriter } from "../features/audit/written-ledger.ts";
import { appendAll } from "../support/append.ts";
import { openReplica as openDuties } from "../support/duty-place.ts";
import { manualClock } from "../support/manual-clock.ts";
import { describe, usePostgres } from "../support/postgres.ts";
import { KEY, openReplica } from "../support/postgres-ledger.ts";
import { runProgram } from "../support/run-program.ts";

const folder = mkdtempSync(join(tmpdir(), "shared-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const postgres = usePostgres();
const config = join(folder, "drydock.yml");
let url = "";
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

function drydock(...args: readonly string[]) {
  return runProgram([...args, "--config", config], { DRYDOCK_LEDGER_KEY: KEY.toString(), DATABASE_URL: url });
}

function asked(): LedgerWrite {
  const event = { id: systemRandom.id(), v: 1, at: 1, actor: "U0ALICE" } as const;
  return {
    stream: "person.U0ALICE",
    events: [{ ...event, type: "person.asked", data: { command: "status", channel: "C0" } }],
  };
}

async function openedAt(place: string) {
  const db = await openPostgres({ url: new Secret(place) });
  ends.push(() => db.close());
  return db;
}

describe("the command line on a ledger in PostgreSQL", () => {
  beforeAll(async () => {
    writeFileSync(config, "servers: {prod: {url: 'https://deploy.example.com', approvals: 0}}\n");
    url = await postgres.fresh();
    const writer = createWriter();
    writer.rules();
    writer.started("prod-1", 2);
    for (const i of [0, 1]) writer.intended("prod-1", i);
    for (const i of [0, 1]) writer.verified("prod-1", i);
    writer.ended("prod-1");
    writer.started("prod-2", 2);
    writer.intended("prod-2", 0);
    const ledger = await openReplica(url);
    await appendAll(ledger, ...writer.writes);
    await ledger.close();
  });

  test("audit verifies it, exports its events and prints a rollout's page, and leaves no copy behind", async () => {
    const verified = await drydock("audit", "verify", "--json");
    expect([verified.status, verified.stderr]).toEqual([0, ""]);
    const { rollouts } = JSON.parse(verified.stdout) as { rollouts: readonly { id: string }[] };
    expect(rollouts.map(({ id }) => id)).toEqual(["prod-1", "prod-2"]);
    const file = join(folder, "events.jsonl");
    const exported = await drydock("audit", "export", file);
    expect([exported.status, exported.stderr]).toEqual([0, ""]);
    expect(readFileSync(file, "utf8")).toContain('"rollout.started"');
    const report = await drydock("audit", "report", "prod-1");
    expect([report.status, report.stdout.includes("<!doctype html>")]).toEqual([0, true]);
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("drydock-audit-"))).toEqual([]);
  });

  test("an audit names the row that was edited in the database", async () => {
    const broken = await postgres.fresh();
    const ledger = await openReplica(broken);
    await appendAll(ledger, asked());
    await ledger.close();
    await postgres.sql(
      `ALTER TABLE event DISABLE TRIGGER ALL; UPDATE event SET json = replace(json, 'status', 'statue') WHERE position = 1`,
      broken,
    );
    const { status, stderr } = await runProgram(["audit", "verify", "--config", config], {
      DRYDOCK_LEDGER_KEY: KEY.toString(),
      DATABASE_URL: broken,
    });
    expect([status, stderr]).toEqual([1, expect.stringContaining("broken at position 1")]);
  });

  test("status, rollouts and show read it; with no replica they and pause say so", async () => {
    const status = await drydock("status");
    expect([status.status, status.stderr]).toEqual([0, ""]);
    expect(status.stdout).toContain("Drydock is not running");
    expect(status.stdout).toMatch(/^prod-2 +running/m);
    expect((await drydock("rollouts")).stdout).toMatch(/^prod-1 /m);
    expect((await drydock("show", "prod-1")).status).toBe(0);
    expect(await drydock("pause", "prod-2")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("No replica of Drydock runs on the ledger in DATABASE_URL"),
    });
  });

  test("status names each replica with its duties, and pause the one to ask", async () => {
    const { duties } = openDuties(url, { address: "db-2 4711", version: FORMAT });
    ends.push(() => duties.close());
    const work: Duty["work"] = ({ signal }) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve()));
    await duties.run((["slack", "server:prod"] as const).map((name) => ({ name, round: 5_000, work })));
    const { stdout } = await drydock("status");
    expect(stdout).toContain("Drydock is running in 1 replica.");
    expect(stdout).toContain("Process 4711 on db-2 talks to Slack and watches prod.");
    const json = JSON.parse((await drydock("status", "--json")).stdout);
    expect(json).toMatchObject({
      running: true,
      replicas: [{ pid: 4711, host: "db-2", duties: ["server:prod", "slack"] }],
    });
    expect((await drydock("stop", "prod-2")).stderr).toContain("Process 4711 on db-2 does: run the command there");
  });

  test("rotate-key seals it with a new key while no replica runs; the old key is refused from then on", async () => {
    const place = await postgres.fresh();
    const ledger = await openReplica(place);
    await appendAll(ledger, asked());
    await ledger.close();
    const fresh = "another key of the tests, which is long enough";
    const run = (command: string, env: Readonly<Record<string, string>>) =>
      runProgram([...command.split(" "), "--config", config], { DATABASE_URL: place, ...env });
    const both = { DRYDOCK_LEDGER_KEY: fresh, DRYDOCK_LEDGER_KEY_OLD: KEY.toString() };
    expect((await run("rotate-key", { DRYDOCK_LEDGER_KEY: KEY.toString() })).stderr).toContain(
      "into DRYDOCK_LEDGER_KEY_OLD",
    );
    const replica = await holdLedger(await openedAt(place), { clock: systemClock, how: "shared" });
    expect((await run("rotate-key", both)).stderr).toContain("Stop all its replicas first");
    replica.release();
    expect(await run("rotate-key", both)).toMatchObject({ status: 0, stderr: "" });
    const again = await run("rotate-key", both);
    expect([again.status, again.stdout]).toEqual([0, expect.stringContaining("is in DRYDOCK_LEDGER_KEY_OLD")]);
    const refused = await run("audit verify", { DRYDOCK_LEDGER_KEY: KEY.toString() });
    expect(refused.stderr).toContain(`was written with the key ${fingerprintOf(Buffer.from(fresh))}`);
    expect((await run("audit verify", { DRYDOCK_LEDGER_KEY: fresh })).status).toBe(0);
    // As on the host from which the ledger was moved.
    const keyFile = join(folder, "drydock.db.key");
    writeFileSync(keyFile, KEY, { mode: 0o600 });
    expect(await run("audit verify", { DRYDOCK_LEDGER_KEY: fresh })).toMatchObject({ status: 0, stderr: "" });
    rmSync(keyFile);
    const after = await openReplica(place, Buffer.from(fresh));
    expect((await after.since(0, 10)).map(({ type, actor }) => [type, actor])).toEqual([
      ["person.asked", "U0ALICE"],
      ["ledger.key-changed", `operator:${osUser()}`],
    ]);
    await appendAll(after, asked());
    await after.close();
    await expect(postgres.sql("UPDATE event SET json = ''", place)).rejects.toThrow("append-only");
  });

  test("what retain archived is proven by its recorded hash after a change of key", async () => {
    const place = await postgres.fresh();
    const writer = createWriter();
    writer.rules();
    writer.started("prod-1", 1);
    writer.ended("prod-1");
    const ledger = await openReplica(place);
    await appendAll(ledger, ...writer.writes);
    await ledger.close();
    const fresh = "another key of the tests, which is long enough";
    const run = (command: string, key: string) =>
      runProgram(
        [...command.split(" "), "--config", config],
        { DATABASE_URL: place, DRYDOCK_LEDGER_KEY: key, DRYDOCK_LEDGER_KEY_OLD: KEY.toString() },
        manualClock(Date.UTC(2027, 0, 1)),
      );
    const archive = join(folder, "shared.jsonl");
    const retained = await run(`retain --before 2026-12-01 --archive ${archive}`, KEY.toString());
    expect(retained).toMatchObject({ status: 0, stderr: "" });
    expect(await run("rotate-key", fresh)).toMatchObject({ status: 0, stderr: "" });
    const { status, stdout, stderr } = await run(`audit verify --archive ${archive}`, fresh);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("1 rollout: 1 proven.");
  });

  test("writes nothing into a database that has no ledger", async () => {
    const empty = await postgres.fresh();
    for (const command of [["status"], ["audit", "verify"], ["pause", "all"]]) {
      const env = { DRYDOCK_LEDGER_KEY: KEY.toString(), DATABASE_URL: empty };
      const { stderr } = await runProgram([...command, "--config", config], env);
      expect(stderr).toContain("There is no ledger in DATABASE_URL yet");
    }
    expect(await postgres.sql("SELECT 1 FROM pg_tables WHERE schemaname = current_schema()", empty)).toEqual([]);
    expect(existsSync(join(folder, "drydock.db"))).toBe(false);
  });
});
