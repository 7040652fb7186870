import { describe, expect, test } from "vitest";
import { lineText } from "../../src/core/view.ts";
import { describePolicy } from "../../src/gates/describe-policy.ts";
import type { StoredEvent } from "../../src/model/events.ts";
import { isNarrower, mayApprove } from "../../src/model/may-approve.ts";
import type { Plan } from "../../src/model/plan/plan.ts";
import { countedSize } from "../../src/model/plan/size.ts";
import { approvalsFor, type Policy } from "../../src/model/policy.ts";
import { hashPolicy } from "../../src/model/policy-hash.ts";
import type { Grants } from "../../src/model/rights.ts";
import { evolveRollout } from "../../src/model/rollout/evolve-rollout.ts";
import type { Rollout } from "../../src/model/rollout/rollout.ts";
import type { RolloutEvent } from "../../src/model/rollout/rollout-events.ts";
import { evolveClaims, NO_CLAIMS } from "../../src/model/server/claims.ts";
import type { ServerEvent } from "../../src/model/server/server-events.ts";
import { mayPauseOrStop } from "../../src/people/may-pause-or-stop.ts";
import { keptAtTrigger } from "../support/gate-situations.ts";
import { policyWith } from "../support/policy.ts";

/** A server that is not frozen, and an upgrade that takes no time. */

const HOUR = 3_600_000;
const approvers = { people: ["U0BOB"], usergroups: ["S0OPS"], usergroupPermissions: ["Upgrade Agents"], roles: [] };

function plan(ids: string): Plan {
  const agents = [...ids].map((id) => ({ id, name: id, status: "upgrade-required" as const, version: "1" }));
  return { server: "prod", serverVersion: "8", options: { slots: 10, reason: null }, agents, excluded: [], hash: ids };
}

function stored(event: RolloutEvent | ServerEvent, at = 0, seq = 1): StoredEvent {
  return { ...event, id: "1", v: 1, at, actor: "x", stream: "s", seq, position: 1 } as StoredEvent;
}

function started(rollout: string, owner: string, user: string, ids: string, at = 0): Rollout {
  const serverUser = { id: user, name: user };
  const data = { rollout, plan: plan(ids), owner, serverUser, channel: "C" };
  const state = evolveRollout(undefined, stored({ type: "rollout.started", data }, at));
  if (!state) throw new Error("nothing was folded");
  return state;
}

function grants(teamId: string, teamName: string, ...actions: readonly string[]): Grants {
  const role = { id: "r1", name: "Approver", actions: actions.map((name) => ({ name, agentTypeId: undefined })) };
  return { mappings: [{ teamId, teamName, roleId: "r1" }], roles: new Map([["r1", role]]) };
}

describe("a ledger of the first version", () => {
  test("still folds: a rollout that begins with its start runs, and needs what the rules want now", () => {
    const rollout = started("prod-1", "U0ALICE", "u1", "ab");
    expect(rollout).toMatchObject({ status: "running", size: 2, request: undefined, parties: [{ person: "U0ALICE" }] });
    expect(keptAtTrigger(rollout, policyWith(), 9)).toEqual([]);
    expect(keptAtTrigger(rollout, policyWith({ approvals: 1 }), 9)).toEqual([
      "prod requires 1 approval for it now, and it has 0.",
    ]);
  });

  test("goes on counting rollouts where it was", () => {
    const events: readonly ServerEvent[] = [
      { type: "agents.claimed", data: { rollout: "prod-1", agents: ["a"] } },
      { type: "rollout.numbered", data: { rollout: "prod-2", person: "U0ALICE" } },
      { type: "agents.claimed", data: { rollout: "prod-2", agents: ["b"] } },
      { type: "policy.set", data: { hash: "h" } },
    ];
    const claims = events.reduce((state, event, i) => evolveClaims(state, stored(event, 0, i + 1)), NO_CLAIMS);
    expect(claims).toMatchObject({ seq: 4, rollouts: 2, policyHash: "h" });
    expect([...claims.held]).toEqual([
      ["a", "prod-1"],
      ["b", "prod-2"],
    ]);
  });
});

describe("how many approvals", () => {
  test.each<readonly [Policy["approvals"], number, number]>([
    [0, 500, 0],
    [2, 1, 2],
    [[{ above: 50, count: 1 }], 50, 0],
    [[{ above: 50, count: 1 }], 51, 1],
    [
      [
        { above: 200, count: 2 },
        { above: 50, count: 1 },
      ],
      201,
      2,
    ],
    [
      [
        { above: 200, count: 2 },
        { above: 50, count: 1 },
      ],
      200,
      1,
    ],
  ])("%j wants of %i agents %i", (approvals, size, wanted) => {
    expect(approvalsFor(policyWith({ approvals }), size)).toBe(wanted);
  });

  test("what one person, or one user of the server, had within 24 h is added up, each agent once", () => {
    const before = [started("prod-1", "U0ALICE", "u1", "ab", 0), started("prod-2", "U0ELSE", "u1", "bc", HOUR)];
    const who = { person: "U0ALICE", userId: "u1" };
    const at =
      (now: number) =>
      ({ startedAt }: Rollout) =>
        now - startedAt;
    expect(countedSize(before, who, plan("d"), at(2 * HOUR))).toBe(4);
    expect(countedSize(before, who, plan("d"), at(24 * HOUR))).toBe(3);
    expect(countedSize(before, who, plan("d"), at(25 * HOUR))).toBe(1);
    expect(countedSize(before, { person: "U0BOB", userId: "u2" }, plan("d"), at(2 * HOUR))).toBe(1);
    expect(countedSize(before, who, { ...plan("d"), server: "stage" }, at(2 * HOUR))).toBe(1);
  });
});

describe("who may approve", () => {
  const none: Grants = { mappings: [], roles: new Map() };
  const byRole = { ...approvers, roles: [{ role: "Approver", team: "Platform" }] };
  test.each<readonly [string, Partial<Parameters<typeof mayApprove>[1]>, boolean]>([
    ["who is listed", { person: "U0BOB" }, true],
    ["nobody else", {}, false],
    ["no member of a usergroup by that alone", { usergroups: ["S0OPS"] }, false],
    ["a member who holds the right", { usergroups: ["S0OPS"], grants: grants("t", "T", "Upgrade Agents") }, true],
    ["no member who holds another", { usergroups: ["S0OPS"], grants: grants("t", "T", "View Agents") }, false],
    ["no member of another usergroup", { usergroups: ["S1"], grants: grants("t", "T", "Upgrade Agents") }, false],
    ["who has the role on the team", { grants: grants("t-1", "Platform") }, true],
    ["nobody with the role on another team", { grants: grants("t-2", "Web") }, false],
  ])("%s", (_name, candidate, may) => {
    const policy = policyWith({ approvers: byRole });
    expect(mayApprove(policy, { person: "U0X", usergroups: [], grants: none, ...candidate })).toBe(may);
  });

  test.each<readonly [string, Partial<Policy["approvers"]>, boolean]>([
    ["the same", {}, false],
    ["one more", { people: ["U0BOB", "U0DAVE"] }, false],
    ["one less", { people: [] }, true],
    ["another", { people: ["U0DAVE"] }, true],
    ["no usergroup", { usergroups: [] }, true],
    ["one more right for the usergroup", { usergroupPermissions: ["Upgrade Agents", "Delete"] }, true],
    ["one right less for the usergroup", { usergroupPermissions: [] }, false],
  ])("%s: whether it is narrower", (_name, change, narrower) => {
    const before = policyWith({ approvers });
    expect(isNarrower(before, policyWith({ approvers: { ...approvers, ...change } }))).toBe(narrower);
  });
});

test("pausing and stopping is open to the owner, approvers and people on call, and to nobody else", () => {
  const rollout = started("prod-1", "U0ALICE", "u1", "ab");
  const halts = (person: string, more: object = {}) =>
    mayPauseOrStop(rollout, policyWith({ approvers }), { person, onCall: false, usergroups: [], ...more });
  expect(["U0ALICE", "U0BOB"].map((person) => halts(person))).toEqual([true, true]);
  expect([halts("U0X"), halts("U0X", { onCall: true }), halts("U0X", { usergroups: ["S0OPS"] })]).toEqual([
    false,
    true,
    true,
  ]);
});

describe("a policy", () => {
  test("has a hash of every rule, whatever the order in which they are written", () => {
    const policy = policyWith({ approvers });
    const { server, ...rest } = policy;
    expect(hashPolicy({ ...rest, server })).toBe(hashPolicy(policy));
    for (const change of [{ dangerous: true }, { approvals: 1 }, { maxAgents: 3 }, { approvalCovers: 1 }])
      expect(hashPolicy({ ...policy, ...change })).not.toBe(hashPolicy(policy));
  });

  test("is told in words", () => {
    const words = describePolicy(
      policyWith({
        approvals: [{ above: 50, count: 2 }],
        approvers: { ...approvers, roles: [{ role: "Approver", team: "Platform" }] },
        dangerous: true,
        maxAgents: 200,
        windows: [{ days: ["sat", "sun"], from: 1_320, to: 240, zone: "Europe/Berlin" }],
      }),
    )
      .map(lineText)
      .join("\n");
    for (const sentence of [
      "More than 50 agents require 2 approvals by different people. All agents that one person asks for within 24 h count together.",
      "May approve: U0BOB, members of S0OPS who hold Upgrade Agents on the server or people with the role Approver on team Platform.",
      "A request expires after 30 min. An approval covers upgrades that start within 24 h.",
      "It is marked dangerous: its name has to be typed to start.",
      "Upgrades begin only in its windows: Sat, Sun 22:00 to 04:00 of the next day (Europe/Berlin).",
      "At most 10 upgrades at once.",
      "At most 200 agents in one rollout.",
    ])
      expect(words).toContain(sentence);
  });
});
