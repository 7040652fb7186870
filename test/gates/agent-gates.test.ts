import { expect, test } from "vitest";
import type { AgentStatus } from "../../src/core/agent.ts";
import { cause } from "../../src/core/cause.ts";
import type { AgentSituation } from "../../src/gates/agent-situation.ts";
import type { Point } from "../../src/gates/gate.ts";
import { blockedAt, labelOf } from "../../src/gates/index.ts";
import type { Policy } from "../../src/model/policy.ts";
import { plainCause } from "../../src/phrases/cause-text.ts";
import { agentSituation } from "../support/gate-situations.ts";
import { policyWith } from "../support/policy.ts";

const AGENT = {
  id: "a",
  name: "web-1",
  tags: ["frozen"],
  active: true,
  version: "9.0",
  status: "upgrade-required",
} as const;
const HOUR = 3_600_000;

function found(at: Point, given: Partial<AgentSituation>, policy: Partial<Policy> = {}): readonly string[] {
  return blockedAt(at, "agent", agentSituation(given), policyWith(policy)).map(
    (blocked) => `${blocked.effect} ${blocked.gate}: ${plainCause(blocked.cause)}`,
  );
}

test.each<[Point, string, Partial<AgentSituation>, Partial<Policy>, string]>([
  ["plan", "no permission", { lacks: ["Upgrade Agents"] }, {}, "leave-out permissions: "],
  ["look", "no permission", { lacks: ["Upgrade Agents"] }, {}, "leave-out permissions: the owner lacks Upgrade Agents"],
  [
    "plan",
    "cannot be recorded",
    { agent: { ...AGENT, id: "x".repeat(401) } },
    {},
    "leave-out recordable: its id has 401",
  ],
  [
    "plan",
    "never list",
    { agent: AGENT },
    { never: [{ tag: "frozen", reason: "audit" }] },
    "leave-out never-list: on the never list: audit",
  ],
  [
    "look",
    "never list",
    { agent: AGENT },
    { never: [{ glob: "web-*", reason: "audit" }] },
    "leave-out never-list: on the never list: audit",
  ],
  ["plan", "in another rollout", { claim: "prod-7" }, {}, "leave-out claimed: in another rollout: prod-7"],
  ["plan", "inactive", { agent: { ...AGENT, active: false } }, {}, "leave-out inactive: it is inactive on the server"],
  ["look", "inactive", { agent: { ...AGENT, active: false } }, {}, "leave-out inactive: "],
  [
    "look",
    "inactive",
    {
      agent: { ...AGENT, active: false },
      inactive: { wanted: true, refused: cause("recorded", { text: "The setting is off." }) },
    },
    {},
    "leave-out inactive: The setting is off.",
  ],
  [
    "plan",
    "newer than the server",
    { agent: AGENT, serverVersion: "8.0" },
    {},
    "leave-out newer-than-server: its version 9.0",
  ],
  ["plan", "upgrades in its own way", { os: "z/OS" }, {}, "leave-out unsupported-platform: it runs on z/OS"],
])("at the %s an agent is left out as %s", (at, label, given, policy, sentence) => {
  const [first, ...more] = found(at, given, policy);
  expect(first).toContain(sentence);
  expect(more).toEqual([]);
  expect(blockedAt(at, "agent", agentSituation(given), policyWith(policy)).map(labelOf)).toEqual([label]);
});

test("an agent that asks for no upgrade any more, or is in a status that nobody knows, is left out before its turn", () => {
  const at = (status: AgentStatus) => found("look", { agent: { ...AGENT, status, unknownStatus: "FOO" } });
  expect(at("online")).toEqual([expect.stringContaining("leave-out needs-upgrade: ")]);
  expect(at("unknown")).toEqual([expect.stringContaining("FOO")]);
  // It may still need the upgrade.
  for (const status of ["connecting", "error", "never-contacted"] as const)
    expect(at(status)).toEqual([expect.stringContaining(`shown as ${status} on the server`)]);
  expect(found("look", { agent: AGENT, accountLacks: ["Upgrade Agents"] })).toEqual([
    expect.stringContaining("leave-out account-permissions: "),
  ]);
});

test("before its owner is read, an agent is left out that is away, and one that somebody else has upgraded, which is done", () => {
  expect(found("read", { agent: { ...AGENT, status: "offline" }, planned: "7.0" })).toEqual([
    expect.stringContaining("leave-out offline: "),
  ]);
  const upgraded = agentSituation({ agent: { ...AGENT, status: "online" }, planned: "7.0" });
  for (const at of ["list", "read"] as const)
    expect(blockedAt(at, "agent", upgraded, policyWith())).toEqual([
      {
        gate: "done-by-others",
        cause: cause("upgraded-externally", { version: "9.0" }),
        effect: "leave-out",
        elsewhere: true,
      },
    ]);
  expect(found("read", { agent: { ...AGENT, status: "online" }, planned: "9.0" })).toEqual([]);
  expect(found("read", { agent: AGENT, planned: "7.0" })).toEqual([]);
  // Between two turns an agent may come and go.
  expect(found("list", { agent: { ...AGENT, status: "offline" }, planned: "7.0" })).toEqual([]);
});

test("an agent that could not be read is looked at again, and left out the fifth time in a row", () => {
  const why = cause("offline-before-turn");
  const effects = [1, 4, 5, Number.POSITIVE_INFINITY].map(
    (looks) => found("read", { unread: { why, looks } })[0]?.split(": ")[0],
  );
  expect(effects).toEqual(["wait readable", "wait readable", "leave-out readable", "leave-out readable"]);
});

test.each<[string, Partial<AgentSituation>, Partial<Policy>, readonly Point[]]>([
  [
    "fits-window",
    { now: 0, expected: 2 * HOUR },
    { windows: [{ days: ["thu"], from: 0, to: 60, zone: "UTC" }] },
    ["dispatch", "trigger"],
  ],
  ["relay-turn", { inRelayTurn: true }, {}, ["dispatch", "trigger"]],
  ["canaries-first", { afterCanaries: true }, {}, ["dispatch", "trigger"]],
  ["upgraded-by-others", { external: true }, {}, ["dispatch"]],
  ["retry-pause", { retryIn: 1 }, {}, ["dispatch"]],
  ["slots", { openSlots: 0 }, {}, ["trigger"]],
  ["relay-room", { relayRoom: 0 }, {}, ["trigger"]],
])("an agent waits for %s", (gate, given, policy, points) => {
  for (const at of ["plan", "look", "dispatch", "trigger"] as const)
    expect(blockedAt(at, "agent", agentSituation(given), policyWith(policy))).toMatchObject(
      points.includes(at) ? [{ gate, effect: "wait" }] : [],
    );
});

test("the last slot, and the last room behind a relay, are taken, and the longest id that can be recorded is", () => {
  expect(found("trigger", { openSlots: 1, relayRoom: 1 })).toEqual([]);
  expect(found("plan", { agent: { ...AGENT, id: "x".repeat(400) } })).toEqual([]);
});

test("who may not see an agent is told that first, and not what else keeps it", () => {
  const given = { agent: AGENT, lacks: ["View Agents"], claim: "prod-7" };
  expect(found("plan", given)[0]).toContain("permissions");
});

test("an agent that deploys is waited for as long as the rules say, then left out; if nobody knows, a person looks", () => {
  const policy = { whenBusy: "auto", busyAgentTimeout: 10 } as const;
  const deploys = (waited: number) => ({ deployment: { reading: { kind: "known", value: true }, waited } }) as const;
  const unread = (waited: number) =>
    ({ deployment: { reading: { kind: "unknown", fault: "failing", status: 500 }, waited } }) as const;
  expect(found("deployments", { deployment: { reading: { kind: "known", value: false }, waited: 0 } }, policy)).toEqual(
    [],
  );
  expect(found("deployments", deploys(9), policy)).toEqual(["wait busy: A deployment runs on it."]);
  expect(found("dispatch", deploys(9), policy)).toHaveLength(1);
  expect(found("deployments", deploys(10), policy)).toEqual([expect.stringContaining("leave-out busy: ")]);
  // Its turn has to come for it to be left out.
  expect(found("dispatch", deploys(10), policy)).toEqual([]);
  expect(found("deployments", unread(9), policy)).toEqual([expect.stringContaining("wait busy: ")]);
  expect(found("deployments", unread(10), policy)).toEqual([
    "pause busy: prod failed to report what runs there (it answered 500).",
  ]);
  expect(found("deployments", deploys(10), { ...policy, whenBusy: "wait_until_zero" })).toHaveLength(1);
});
