import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lockLedger } from "../../src/adapters/sqlite/lock.ts";
import { openSqliteLedger } from "../../src/adapters/sqlite/sqlite-ledger.ts";
import { openSqliteStatuses } from "../../src/adapters/sqlite/sqlite-statuses.ts";
import { cause } from "../../src/core/cause.ts";
import type { NewEvent } from "../../src/model/events.ts";
import type { LedgerWrite } from "../../src/model/ledger-port.ts";
import type { ServerStatus } from "../../src/servers/server-status.ts";
import { appendAll } from "../support/append.ts";
import { endedRollout } from "../support/ledger-with-history.ts";
import { manualClock } from "../support/manual-clock.ts";
import { policyWith } from "../support/policy.ts";
import { runProgram } from "../support/run-program.ts";
import { keepLog } from "../support/silent-log.ts";

const KEY = "a key of the tests, which is long enough";
const NOW = Date.parse("2026-11-26T03:12:00Z");
const directory = mkdtempSync(join(tmpdir(), "look-"));
const config = join(directory, "drydock.yml");
const file = join(directory, "drydock.db");

function drydock(...argv: readonly string[]) {
  return runProgram([...argv, "--config", config], { DRYDOCK_LEDGER_KEY: KEY }, manualClock(NOW));
}

async function json(...argv: readonly string[]) {
  const { status, stdout, stderr } = await drydock(...argv, "--json");
  expect([status, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as Record<string, never>;
}

beforeAll(async () => {
  writeFileSync(config, "servers: {prod: {url: 'https://deploy.corp.test', approvals: 0, slots: 4, mode: live}}\n");
  const ledger = openSqliteLedger({ file, key: Buffer.from(KEY) });
  let made = 0;
  const write = (stream: string, event: NewEvent): LedgerWrite => {
    made += 1;
    return { stream, events: [{ ...event, id: `e${made}`, v: 1, at: NOW - 60_000, actor: "U0BOB" }] };
  };
  // The second was stopped: one agent was upgraded by another person before its turn, and one had not begun.
  const stopped = endedRollout(2, 4)
    .filter(([stream]) => !stream.endsWith(".old-3.1"))
    .filter(([stream, { type }]) => !(stream.endsWith(".old-2.1") && type !== "upgrade.intended"))
    .map(([stream, event]): readonly [string, NewEvent] =>
      stream.endsWith(".old-2.1") && event.type === "upgrade.intended"
        ? [
            stream,
            {
              type: "upgrade.skipped",
              data: { ...event.data, from: "8", elsewhere: true, why: cause("at-version", { version: "8" }) },
            },
          ]
        : [stream, event],
    );
  const over = [...endedRollout(1, 2), ...stopped];
  // The third is under way: one agent upgraded, one in flight, one that failed, one that waits. Its first two are canaries.
  const running = endedRollout(3, 4)
    .filter(([, { type }]) => type !== "rollout.ended" && type !== "agents.released")
    .filter(([stream]) => !stream.endsWith(".old-3.1"))
    .filter(([stream, { type }]) => !(stream.endsWith(".old-1.1") && type !== "upgrade.intended"))
    .map(([stream, event]) =>
      stream.endsWith(".old-2.1") && event.type === "upgrade.outcome"
        ? ([stream, { ...event, data: { ...event.data, outcome: "never-back" } }] as const)
        : ([stream, event] as const),
    )
    .map(([stream, event]): readonly [string, NewEvent] => {
      if (event.type === "rollout.started") {
        const { plan } = event.data;
        return [
          stream,
          { ...event, data: { ...event.data, plan: { ...plan, options: { ...plan.options, canary: 2 } } } },
        ];
      }
      if (event.type !== "upgrade.outcome" || event.data.outcome !== "verified") return [stream, event];
      return [stream, { ...event, data: { ...event.data, detail: cause("at-version", { version: "8" }) } }];
    });
  await appendAll(ledger, ...[...over, ...running].map(([stream, event]) => write(stream, event)));
  await ledger.close();
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe("with no bot", () => {
  test("status says so, and how old the ledger is; it makes no file", async () => {
    const before = readdirSync(directory);
    const { status, stdout, stderr } = await drydock("status");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("Drydock is not running: nothing starts, and what follows may be out of date.");
    expect(stdout).toContain("The ledger's newest event is 60 s old.");
    expect(stdout).toMatch(/^prod +live +1 of 4 +do not start +1 +never$/m);
    expect(stdout).toContain("prod: Drydock is not watching prod");
    expect(stdout).toMatch(/^prod-3 +running +1 +4 +1 +1 +1 +started 2026-11-26 03:11 UTC +bob \(U0BOB\)$/m);
    expect(readdirSync(directory).filter((name) => !/-(shm|wal)$/.test(name))).toEqual(before);
  });

  test("rollouts lists all, the newest first", async () => {
    const { stdout } = await drydock("rollouts");
    expect(stdout.match(/^prod-\d/gm)).toEqual(["prod-3", "prod-2", "prod-1"]);
    expect(await json("rollouts")).toMatchObject({
      running: false,
      rollouts: [{ id: "prod-3", status: "running", progress: { failed: 1 } }, { status: "ended" }, {}],
    });
  });

  test("show has each agent", async () => {
    const { stdout } = await drydock("show", "PROD-3");
    expect(stdout).toContain("prod-3: running\n1 of 4 upgraded, 1 failed, 1 in flight, 1 waiting.\n");
    expect(stdout).toContain("\nCanaries: 1 of 2 stable, the others wait for: old-0, old-1\n");
    expect(stdout, "a success has no cause").toMatch(/^old-0 +upgraded +6\.2\.7\.1\.1 +1 +2026-11-26 03:11:00$/m);
    expect(stdout).toMatch(/^old-1 +asked +6\.2\.7\.1\.1 +1 +2026-11-26 03:11:00$/m);
    expect(stdout).toMatch(/^old-3 +waiting/m);
    expect(await json("show", "prod-3")).toMatchObject({
      agents: [{ name: "old-0", outcome: "verified" }, {}, { failed: true, outcome: "never-back" }, { attempt: 0 }],
    });
  });

  test("show says of a rollout that has ended what was not begun, and what Drydock never asked", async () => {
    const { stdout } = await drydock("show", "prod-2");
    expect(stdout).toMatch(/^old-2 +upgraded by another person before its turn +6\.2\.7\.1\.1 +8 +0 *$/m);
    expect(stdout).toMatch(/^old-3 +not begun/m);
    expect(await json("show", "prod-2")).toMatchObject({
      agents: [
        {},
        {},
        { attempt: 0, askedAt: null, versionBefore: "6.2.7.1.1", versionNow: "8" },
        { state: "not begun" },
      ],
    });
  });

  test("what is not there is a sentence", async () => {
    expect((await drydock("show", "prod-33")).stderr).toContain(
      "The ledger has no rollout prod-33. Did you mean prod-3?",
    );
    expect((await drydock("status", "test")).stderr).toContain("The configuration has no server test. It has: prod.");
    const none = await runProgram(["status", "--config", join(directory, "none.yml")]);
    expect([none.status, none.stderr]).toEqual([1, expect.stringContaining("there is no such file")]);
  });
});

test("beside the bot, status says which process it is and what it publishes", async () => {
  const lock = lockLedger(file, NOW - 3_600_000);
  const clock = manualClock(NOW - 2_000);
  const statuses = openSqliteStatuses<ServerStatus>(`${file}.status`, { clock, log: keepLog() });
  try {
    const slots = { open: 2, of: 4, why: undefined };
    const busy = [{ rollout: "prod-3", agents: ["web-7"], more: 0 }];
    const watched = { answers: true, strange: undefined, lookedAround: true, ledgerChecked: true, hold: undefined };
    const unread = { deployments: { kind: "known", value: 0 }, maintenance: { kind: "known", value: false } } as const;
    statuses.publish({
      ...{ server: "prod", at: NOW - 2_000, slots, busy, unreadFor: 0, otherName: { kind: "none" } },
      ...watched,
      ...unread,
    });
    const { stdout } = await drydock("status");
    expect(stdout).toContain(`Drydock is running: process ${process.pid} on `);
    expect(stdout).toContain(", since 2026-11-26 02:12 UTC.");
    expect(stdout).toMatch(/^prod +live +1 of 4 +may start +1 +2 s ago$/m);
    expect(stdout).toContain("prod-3: Drydock waits until a deployment ends on web-7.\n");
    expect(stdout).toContain("prod-3: Canaries: 1 of 2 stable, the others wait for: old-0, old-1");
    expect(stdout).toContain("prod: Slots in use: 1 of 4, 2 closed: the server was in trouble.");
    expect(await json("status")).toMatchObject({
      running: true,
      process: { pid: process.pid },
      servers: [{ name: "prod", statusAgeMs: 2_000, slots: { ours: 1, open: 2 } }],
    });
  } finally {
    statuses.close();
    lock.release();
  }
});

test("show counts no attempt that waits for its turn again", async () => {
  const ledger = openSqliteLedger({ file, key: Buffer.from(KEY) });
  const postponed = { type: "upgrade.postponed", data: { status: 503, text: "503", wait: 30_000 } } as const;
  const events = [postponed, { type: "upgrade.released", data: {} } as const];
  const written = events.map(
    (event, i) => ({ ...event, id: `put-back-${i}`, v: 1, at: NOW, actor: "drydock" }) as const,
  );
  await appendAll(ledger, { stream: "upgrade.prod-3.old-1.1", events: written });
  await ledger.close();
  expect((await drydock("show", "prod-3")).stdout).toMatch(/^old-1 +waiting +6\.2\.7\.1\.1 +0 *$/m);
  expect(await json("show", "prod-3")).toMatchObject({ agents: [{}, { attempt: 0, askedAt: null }, {}, {}] });
});

test("show says who denied a request and why, and that none of its agents waits", async () => {
  await appendRequest("prod-4", { type: "rollout.denied", data: { by: "U0BOB", reason: "release night" } });
  const { stdout } = await drydock("show", "prod-4");
  expect(stdout).toContain("\nDenied by U0BOB: release night\n");
  expect(stdout).toMatch(/^old-0 +not begun/m);
  expect(stdout).not.toMatch(/^old-\d +waiting/m);
});

test.each([
  ["prod-5", { type: "rollout.withdrawn", data: { by: "U0ALICE" } }, "Withdrawn by U0ALICE."],
  ["prod-6", { type: "rollout.expired", data: {} }, "Its request expired."],
  [
    "prod-7",
    { type: "rollout.denied", data: { by: "drydock", causes: [cause("start-time-missed", { server: "prod" })] } },
    "Could not start: ",
  ],
] as const)("show says how the request %s ended: %j", async (id, end, said) => {
  await appendRequest(id, end);
  expect((await drydock("show", id)).stdout).toContain(`\n${said}`);
});

/** A ledger with a request of two agents that came to nothing. */
async function appendRequest(id: string, end: NewEvent): Promise<void> {
  const ledger = openSqliteLedger({ file, key: Buffer.from(KEY) });
  const [started] = endedRollout(4, 2).flatMap(([, event]) => (event.type === "rollout.started" ? [event] : []));
  if (!started) throw new Error("There is no plan.");
  const { plan, channel, policy = policyWith(), size = 2, serverUser, owner } = started.data;
  const asked = { rollout: id, plan, channel, policy, size, serverUser, requester: owner };
  const events: readonly NewEvent[] = [
    { type: "rollout.requested", data: { ...asked, needed: 1, expiresAt: NOW, because: null } },
    end,
  ];
  const written = events.map((event, i) => ({ ...event, id: `${id}-${i}`, v: 1, at: NOW, actor: "U0BOB" }) as const);
  await appendAll(ledger, { stream: `rollout.${id}`, events: written });
  await ledger.close();
}
