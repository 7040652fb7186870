import { expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import type { LedgerEvent } from "../../src/model/events.ts";
import { append } from "../support/append.ts";

const text = "Told so: by an older version.";
const recorded = { code: "recorded", params: { text } };
const plan = { server: "prod", excluded: [{ agent: { id: "a", name: "a" }, reason: "inactive", sentence: text }] };
const planNow = { server: "prod", excluded: [{ agent: { id: "a", name: "a" }, reason: "inactive", cause: recorded }] };
const agent = { id: "a", name: "a" };

/** What is read of an event that was written with this data. */
async function read(type: string, data: unknown): Promise<unknown> {
  const ledger = openMemoryLedger();
  await append(ledger, "s.1", { id: "1", v: 1, at: 0, actor: "drydock", type, data } as unknown as LedgerEvent);
  const [event] = await ledger.since(0, 10);
  return event?.data;
}

test.each<readonly [string, unknown, unknown]>([
  [
    "rollout.paused",
    { by: "drydock", kind: "policy", sentence: text },
    { by: "drydock", kind: "policy", causes: [recorded] },
  ],
  ["rollout.denied", { by: "drydock", reason: text }, { by: "drydock", causes: [recorded] }],
  ["rollout.requested", { plan, because: text }, { plan: planNow, because: [recorded] }],
  ["rollout.requested", { because: null }, { because: null }],
  [
    "rollout.requested",
    { because: null, findings: [{ level: "warn", sentence: [text, { data: "7.2" }] }] },
    {
      because: null,
      found: [{ level: "warn", cause: { code: "recorded", params: { sentence: [text, { data: "7.2" }] } } }],
    },
  ],
  ["rollout.unscheduled", { by: "U", because: text }, { by: "U", because: [recorded] }],
  [
    "rollout.started",
    { plan, dropped: [{ name: "a", why: text }] },
    { plan: planNow, dropped: [{ name: "a", why: recorded }] },
  ],
  ["retry.dropped", { agent, attempt: 2, why: text }, { agent, attempt: 2, why: recorded }],
  ["waiting.dropped", { agents: [{ ...agent, why: text }] }, { agents: [{ ...agent, why: recorded }] }],
  ["upgrade.skipped", { agent, reason: text }, { agent, why: recorded }],
  [
    "upgrade.skipped",
    { agent, reason: "busy-agent", waited: 9 },
    { agent, why: { code: "busy-agent", params: { waited: 9 } } },
  ],
  ["upgrade.outcome", { outcome: "stuck", detail: text }, { outcome: "stuck", detail: recorded }],
  ["upgrade.outcome", { outcome: "removed", detail: "" }, { outcome: "removed", detail: null }],
  [
    "upgrade.outcome",
    { outcome: "refused", detail: text },
    { outcome: "refused", detail: { code: "server-said", params: { text } } },
  ],
  ["upgrade.corrected", { outcome: "lost-again", detail: text }, { outcome: "lost-again", detail: recorded }],
  ["relay.ended", { outcome: "blocked", detail: text }, { outcome: "blocked", detail: recorded }],
  ["slots.changed", { limit: 7, why: text }, { limit: 7, why: recorded }],
  ["slots.changed", { limit: 10, why: null }, { limit: 10, why: null }],
  ["token.failed", { server: "prod", why: text }, { server: "prod", why: recorded }],
  ["server.away", { since: 1, sentence: text }, { since: 1, cause: recorded }],
])("%s with %j, as an older version wrote it, has its sentence as a cause", async (type, stored, now) => {
  expect(await read(type, stored)).toEqual(now);
  expect(await read(type, now)).toEqual(now);
});

test("what a person gave as a reason stays theirs", async () => {
  const data = { by: "U0BOB", reason: "not on patch day" };
  expect(await read("rollout.denied", data)).toEqual(data);
});

test("a sentence that was stored under a code of its own for a while is read as an older version's", async () => {
  const causes = [
    { code: "said", params: { text } },
    { code: "relay-not-back", params: {} },
  ];
  const now = [recorded, causes[1]];
  expect(await read("rollout.paused", { by: "drydock", kind: "rights", causes })).toMatchObject({ causes: now });
  expect(await read("rollout.denied", { by: "drydock", causes })).toMatchObject({ causes: now });
  for (const type of ["rollout.requested", "rollout.unscheduled"])
    expect(await read(type, { because: causes })).toEqual({ because: now });
});

test("a policy that an older version recorded in words as well opens as before", async () => {
  const stored = { hash: "h", text: "At most 10 upgrades at once." };
  expect(await read("policy.set", stored)).toEqual(stored);
});
