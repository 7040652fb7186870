import { expect, test } from "vitest";
import { lineText } from "../../src/core/view.ts";
import type { Point } from "../../src/gates/gate.ts";
import { blockedAt, phraseOf } from "../../src/gates/index.ts";
import type { ServerSituation } from "../../src/gates/server-situation.ts";
import type { Policy } from "../../src/model/policy.ts";
import { serverSituation } from "../support/gate-situations.ts";
import { policyWith } from "../support/policy.ts";

const BY = { person: "U0BOB", user: { id: "u-bob", name: "bob" } };
const FREEZE = { n: 1, by: BY, reason: "storage", until: 60_000, at: 0, over: undefined };
const CLOSED = { windows: [{ days: ["sat"], from: 0, to: 60, zone: "UTC" }] } satisfies Partial<Policy>;
const AWAY = { kind: "unknown", fault: "failing", status: 500 } as const;
const DOUBT = {
  upgrading: new Map(),
  ambiguous: { kind: "gap", since: 0, agents: new Map([["a", { name: "a", since: 0 }]]) },
  acknowledged: new Map(),
  settled: [],
} as const;

function said(at: Point, given: Partial<ServerSituation>, policy: Partial<Policy> = {}): readonly string[] {
  return blockedAt(at, "server", serverSituation(given), policyWith(policy)).map(
    (blocked) => `${blocked.effect} ${blocked.gate}: ${lineText(phraseOf(blocked))}`,
  );
}

test.each<[string, Partial<ServerSituation>, Partial<Policy>, string]>([
  ["only observed", {}, { mode: "observe" }, "wait mode: prod is only observed: Drydock makes plans there"],
  [
    "frozen",
    { freeze: FREEZE },
    {},
    "wait freeze: prod is frozen by U0BOB until 1970-01-01 00:01 UTC: storage. No upgrade starts there meanwhile.",
  ],
  [
    "away",
    { answers: false, strange: "a login page" },
    {},
    "wait answers: prod gives no usable answer. No upgrade starts until it does, and none counts as failed meanwhile. a login page",
  ],
  [
    "that nobody watches",
    { watched: false },
    {},
    "wait watched: Drydock is not watching prod: no upgrade starts there",
  ],
  [
    "whose ledger could not be written a moment ago",
    { writableAgain: true },
    {},
    "wait ledger: The ledger can be written again: upgrades start in a few seconds.",
  ],
  ["whose ledger is not checked yet", { ledgerChecked: false }, {}, "wait ledger: Drydock checks the ledger first"],
  [
    "whose ledger lacks rows that a person has accepted",
    { mayHaveForgotten: true },
    {},
    "wait forgotten-upgrades: A person accepted a ledger that lacks rows. Drydock first watches prod",
  ],
  ["not looked at", { lookedAround: false }, {}, "wait looked-around: Drydock has not looked at every agent of prod"],
  ["not compared", { otherName: { kind: "unknown" } }, {}, "wait other-name: Drydock does not know yet whether prod"],
  [
    "one server under two names",
    { otherName: { kind: "same-agents", other: "live", agents: 1 } },
    {},
    "wait other-name: Nothing begins on prod: it is the same server as live, because they have 1 agent in common.",
  ],
  [
    "one address under two names",
    { otherName: { kind: "same-address", other: "live", address: "deploy" } },
    {},
    "it is the same server as live, because both call themselves deploy (externalURL).",
  ],
  [
    "outside its windows",
    {},
    CLOSED,
    "wait window: No window of prod is open now. No upgrade starts before 1970-01-03 00:00 UTC.",
  ],
  [
    "with a full disk",
    { unwritable: "The disk is full." },
    {},
    "wait ledger: The disk is full. No upgrade starts that Drydock cannot record.",
  ],
  [
    "in doubt",
    { external: DOUBT },
    {},
    "wait external-upgrades: 1 agent of prod went offline, and Drydock does not know",
  ],
  [
    "behind something that is not its API",
    { hold: { said: "prod answered with a page", until: 60_000 } },
    {},
    "wait takes-upgrades: Drydock requests no upgrade: prod answered with a page. It requests one more 1970-01-01 00:01 UTC.",
  ],
  [
    "that deploys",
    { deployments: { kind: "known", value: 2 } },
    { whenBusy: "wait_until_zero" },
    "wait deployments: Drydock waits until no deployment runs. 2 deployments run on prod now.",
  ],
  [
    "that does not report what runs",
    { deployments: { kind: "known", value: undefined } },
    { whenBusy: "wait_until_zero" },
    "wait deployments: Drydock waits until no deployment runs. prod does not report what runs.",
  ],
  [
    "that fails to report what runs",
    { deployments: AWAY },
    { whenBusy: "wait_until_zero" },
    "wait deployments: Drydock waits. prod failed to report what runs there (it answered 500).",
  ],
  [
    "of which nobody has read what runs",
    { deployments: { kind: "not-read" } },
    { whenBusy: "wait_until_zero" },
    "wait deployments: Drydock waits to learn whether deployments run on prod.",
  ],
  [
    "that does not tell which agents deploy",
    { deployments: AWAY },
    { whenBusy: "wait_for_agent" },
    "wait deployments: Drydock starts no upgrade until it knows which agents deploy. prod failed to report",
  ],
  [
    "out of maintenance",
    {},
    { whenBusy: "require_maintenance" },
    "wait deployments: Drydock waits for maintenance mode on prod. It is off.",
  ],
  [
    "that does not report its mode",
    { maintenance: { kind: "known", value: undefined } },
    { whenBusy: "require_maintenance" },
    "wait deployments: Drydock waits for maintenance mode on prod. The server does not report it.",
  ],
])("nothing begins on a server that is %s", (_what, given, policy, sentence) => {
  const [first, ...more] = said("dispatch", given, policy);
  expect(first).toContain(sentence);
  expect(more).toEqual([]);
});

test("a server in order stands in nobody's way", () => {
  const points: readonly Point[] = [
    "request",
    "schedule",
    "start",
    "proceed",
    "dispatch",
    "ask-relay",
    "relay-asked",
    "trigger",
  ];
  for (const at of points) expect(said(at, {})).toEqual([]);
});

test("a freeze refuses a start, and lets approval be asked for meanwhile", () => {
  const effects = (at: Point) => blockedAt(at, "server", serverSituation({ freeze: FREEZE }), policyWith());
  expect(effects("start").map(({ effect }) => effect)).toEqual(["refuse"]);
  for (const at of ["request", "schedule", "proceed", "dispatch", "relay-asked", "trigger"] as const)
    expect(effects(at).map(({ effect }) => effect)).toEqual(["wait"]);
  expect(said("start", { freeze: { ...FREEZE, until: 0 } })).toEqual([]);
});

test("a window that is closed keeps what is asked for from beginning, and no start for another time", () => {
  expect(said("start", {}, CLOSED)).toHaveLength(1);
  expect(said("schedule", {}, CLOSED)).toEqual([]);
});

test("where agents are waited for, what could not be read for long is each attempt's own question", () => {
  const policy = { whenBusy: "auto", busyAgentTimeout: 5 } as const;
  expect(said("dispatch", { deployments: AWAY, unreadFor: 4 }, policy)).toHaveLength(1);
  expect(said("dispatch", { deployments: AWAY, unreadFor: 5 }, policy)).toEqual([]);
});

test("every reason is found, in the order in which people are told", () => {
  const found = blockedAt(
    "dispatch",
    "server",
    serverSituation({ answers: false, freeze: FREEZE }),
    policyWith(CLOSED),
  );
  expect(found.map(({ gate }) => gate)).toEqual(["freeze", "answers", "window"]);
});

test("the time at which a window opens is read from older ledgers in the words that they hold", () => {
  const older = { code: "window.closed", params: { server: "prod", opens: "Sat 00:00 (UTC)" } } as const;
  expect(lineText(phraseOf({ cause: older }))).toBe(
    "No window of prod is open now. No upgrade starts before Sat 00:00 (UTC).",
  );
});

test("what answers in a server's place is quoted: a page must not format a message, or link in it", () => {
  const [away] = blockedAt(
    "dispatch",
    "server",
    serverSituation({ answers: false, strange: "*see* evil.example" }),
    policyWith({}),
  );
  expect(away && phraseOf(away)).toContainEqual({ data: "*see* evil.example" });
});
