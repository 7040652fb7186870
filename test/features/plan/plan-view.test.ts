import { describe, expect, test } from "vitest";
import { textOf } from "../../../src/core/view.ts";
import type { PlanResult } from "../../../src/features/plan/plan-port.ts";
import { factsOf } from "../../../src/features/plan/plan-port.ts";
import { planView } from "../../../src/features/plan/plan-view.ts";
import type { Blocked } from "../../../src/gates/gate.ts";
import { DEFAULT_LIMITS } from "../../../src/model/server/limits.ts";
import { DEFAULT_DEADLINES } from "../../../src/model/upgrade/deadlines.ts";
import { policyWith } from "../../support/policy.ts";
import { plannedAgent, planOf } from "../../support/upgrades.ts";

const MINUTE = 60_000;

function resultOf(agents: number, given: Partial<PlanResult> = {}): PlanResult {
  const plan = planOf(Array.from({ length: agents }, (_, i) => plannedAgent(`web-${i + 1}`)));
  return {
    plan,
    lacking: [],
    identity: { user: { id: "u", name: "alice", email: undefined, active: true, groups: [] }, via: "mapping" },
    unknown: 0,
    unjudged: { unknown: [], neverContacted: 0, unreachable: 0 },
    candidates: agents,
    filtered: 0,
    beyond: 0,
    unasked: 0,
    nameless: 0,
    unavailable: [],
    activity: { kind: "known", running: 0, agents: [], unnamed: 0, form: "rest" },
    expected: plan.agents.map(() => 3 * MINUTE),
    learned: true,
    limits: DEFAULT_LIMITS,
    ...given,
  };
}

function shown(agents: number, given: Partial<PlanResult> = {}): string {
  const result = resultOf(agents, given);
  const input = { result, draftId: "d", policy: policyWith({ mode: "observe" }), approvals: 0, size: agents };
  const facts = factsOf(result, { policy: input.policy, deadlines: DEFAULT_DEADLINES }, 0);
  const rest = { emergency: false, starts: undefined, facts, gates: [], blocked: undefined, said: [] };
  return textOf(planView({ ...input, ...rest }));
}

describe("the plan says what a person must know before pressing Start", () => {
  test("how many, where to, which first, how long; and nothing that is always true", () => {
    const text = shown(14);
    expect(text).toContain("Upgrade 14 of 14 agents on prod\nTo 8. This cannot be undone.\nFirst: web-1, web-2, web-3");
    expect(text).toContain("About 6 min, at most 10 at a time. Agents go offline meanwhile.");
    expect(text).not.toMatch(/Upgrade Recommended|[Ff]loor|forecast|Offline|no way back/);
    expect(text.split("\n").length).toBeLessThanOrEqual(12);
  });

  test("why it has fewer than there are: what the command leaves out is counted too", () => {
    expect(shown(14, { candidates: 17, filtered: 3 })).toContain("\n3 agents not selected.\n");
  });
});

test("words without effect share a line if they have the same reason", () => {
  const needed = (name: string) => ({ name, why: "online, version 8: no upgrade needed" });
  const unavailable = [needed("a"), { name: "b", why: "left out by another filter" }, ...["c", "d", "e"].map(needed)];
  expect(shown(1, { unavailable })).toContain(
    "a, c, d and 1 more: online, version 8: no upgrade needed.\nb: left out by another filter.",
  );
});

test("a plan that a closed window keeps says, as one of a frozen server, that approval can be requested meanwhile", () => {
  const result = resultOf(1);
  const policy = policyWith({ mode: "live", approvals: 1 });
  const facts = factsOf(result, { policy, deadlines: DEFAULT_DEADLINES }, 0);
  const cause = { code: "window.closed", params: { server: "prod", opens: null } };
  const gates = [{ gate: "window", effect: "wait", cause } as Blocked];
  const rest = { emergency: false, starts: undefined, facts, blocked: undefined, said: [] };
  const shownWith = (approvals: number) =>
    textOf(planView({ result, draftId: "d", policy, approvals, size: 1, gates, ...rest }));
  expect(shownWith(1)).toContain("No upgrade starts before a week has passed. You can request approval meanwhile.");
  expect(shownWith(0)).not.toContain("meanwhile. You");
});

test("a plan that leaves offline agents out says how to upgrade them", () => {
  expect(shown(1, { unknown: 2 })).toContain(
    "2 agents are offline. Drydock does not know whether they need the upgrade. To upgrade them when they are back, add --include-offline.",
  );
});

test("a plan that is made before its window says that it does not fit into it", () => {
  const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
  const window = (minutes: number) => ({ days, from: 1320, to: 1320 + minutes, zone: "UTC" });
  const exceeds = (minutes: number) =>
    factsOf(
      resultOf(14),
      { policy: policyWith({ windows: [window(minutes)] }), deadlines: DEFAULT_DEADLINES },
      600 * MINUTE,
    ).exceedsWindow;
  expect([exceeds(5), exceeds(7)]).toEqual([true, false]);
});
