import { expect, test } from "vitest";
import { cause } from "../../../src/core/cause.ts";
import { textOf } from "../../../src/core/view.ts";
import { agentsModal } from "../../../src/features/plan/agents-view.ts";
import { planAgentsModal } from "../../../src/features/plan/plan-agents-view.ts";
import type { RolloutEvent } from "../../../src/model/rollout/rollout-events.ts";
import { attemptOf, plannedAgent, planOf, rolloutOf } from "../../support/upgrades.ts";

const NEVER = { reason: "never list", cause: cause("never-list", { reason: "year end" }) } as const;
const LACKS = {
  reason: "no permission",
  cause: cause("lacks-permission", { permissions: ["Manage Agents"] }),
} as const;

function pagesOf(agents: number, hidden: readonly string[] = []) {
  const plan = {
    ...planOf(
      Array.from({ length: agents }, (_, i) => plannedAgent(`web-${i + 1}`)),
      { canary: 1 },
    ),
    waiting: [plannedAgent("edge-1", { status: "offline" })],
    excluded: [
      { agent: { id: "db-1", name: "db-1" }, ...NEVER },
      { agent: { id: "db-2", name: "db-2" }, ...LACKS },
    ],
  };
  const all = [...plan.agents, ...plan.waiting, ...plan.excluded.map(({ agent }) => agent)].map(({ id }) => id);
  const visible = new Set(all.filter((id) => !hidden.includes(id)));
  const result = { plan, filtered: 3, beyond: 0 };
  return (page: number) => textOf(planAgentsModal({ result, draftId: "d", visible, page }));
}

test("everyone who is chosen is listed, and everyone who is left out with the reason", () => {
  const text = pagesOf(2)(0);
  expect(text).toContain("web-1 at 6.2.7.1.1, canary\nweb-2 at 6.2.7.1.1");
  expect(text).toContain("Offline, upgraded if they come back: 1 agent\nedge-1");
  expect(text).toContain("db-1: on the never list: year end");
  expect(text).toContain("db-2: you lack Manage Agents");
  expect(text).toContain("3 agents not selected.");
  expect(text).not.toMatch(/Page|Next|Previous/);
});

test("agents that the person may not view are counted and not named", () => {
  const text = pagesOf(2, ["db-2", "web-2"])(0);
  expect(text).toContain("2 agents that you may not view on prod.");
  expect(text).not.toMatch(/db-2|web-2/);
});

test("a long plan comes a page at a time, and each page says what its agents are", () => {
  const pages = pagesOf(60);
  expect(pages(0)).toContain("Page 1 of 2.");
  expect(pages(0).match(/web-\d+/g)).toHaveLength(50);
  expect(pages(0)).toContain("[Next]");
  expect(pages(1)).toMatch(/Chosen: 60 agents\nweb-51[\s\S]*web-60[\s\S]*db-1[\s\S]*\[Previous\]/);
  expect(pages(99)).toBe(pages(1));
});

test("a plan of relays lists who goes offline with each of them, as far as the reader may view them", () => {
  const agents = ["web-1", "web-2", "db-1"].map((name) => ({ id: name, name }));
  const relay = { id: "r1", name: "relay-1", version: "7.1", agents, dark: 3 };
  const plan = { ...planOf([]), relays: [relay, { ...relay, id: "r2", name: "relay-2", agents: [], dark: 0 }] };
  const visible = new Set(["web-1", "web-2"]);
  const text = textOf(planAgentsModal({ result: { plan, filtered: 0, beyond: 0 }, draftId: "d", visible, page: 0 }));
  expect(text).toContain("2 relays on prod, in their order, with the agents that go offline.");
  expect(text).toContain("1 agent that you may not view on prod.");
  expect(text).toContain("Behind relay-1: 2 agents\nweb-1\nweb-2");
  const asked = agentsModal({ rollout: rolloutOf(plan), upgrades: new Map(), visible, page: 0, now: 0 });
  expect(textOf(asked)).toContain("Behind relay-1: 2 agents\nweb-1\nweb-2");
  expect(textOf(asked)).toContain("1 agent that you may not view on prod.");
});

test("an agent that another person upgraded was left out, and never asked", () => {
  const agent = plannedAgent("web-1");
  const upgrades = new Map([[agent.id, attemptOf(agent, "elsewhere")]]);
  const rollout = rolloutOf(planOf([agent]));
  expect(textOf(agentsModal({ rollout, upgrades, visible: new Set(["web-1"]), page: 0, now: 0 }))).toContain(
    "web-1 upgraded by another person before its turn. Left out 00:00 UTC.",
  );
});

test("after Stop no agent waits: those whose turn did not come, or was put off, were not begun", () => {
  const agents = [plannedAgent("web-1"), plannedAgent("web-2")];
  const putBack = attemptOf({ id: "web-2" }, undefined, {
    postponed: { at: 0, wait: 1, text: "503" },
    holdsSlot: false,
  });
  const upgrades = new Map([["web-2", putBack]]);
  const visible = new Set(["web-1", "web-2"]);
  const textAfter = (...events: readonly RolloutEvent[]) =>
    textOf(agentsModal({ rollout: rolloutOf(planOf(agents), ...events), upgrades, visible, page: 0, now: 0 }));
  expect(textAfter()).toContain("web-1 waiting, at 6.2.7.1.1");
  const stopped: RolloutEvent = { type: "rollout.stopped", data: { by: "U0BOB" } };
  for (const text of [textAfter(stopped), textAfter(stopped, { type: "rollout.ended", data: {} })]) {
    expect(text).toContain("web-1 not begun, at 6.2.7.1.1");
    expect(text).toContain("web-2 not begun, at 6.2.7.1.1");
  }
});

test("an agent waits that was put back or that Drydock retries, and did not fail for good", () => {
  const agents = [plannedAgent("web-1"), plannedAgent("web-2"), plannedAgent("web-3")];
  const postponed = { at: 0, wait: 1, text: "503" };
  const upgrades = new Map([
    ["web-1", attemptOf({ id: "web-1" }, "refused")],
    ["web-2", attemptOf({ id: "web-2" }, undefined, { postponed, holdsSlot: false })],
    ["web-3", attemptOf({ id: "web-3" }, undefined, { postponed })],
  ]);
  const retried: RolloutEvent = {
    type: "rollout.retried",
    data: {
      ...{ by: "U0BOB", serverUser: { id: "bob", name: "bob" }, cause: null },
      agents: [{ id: "web-1", attempt: 2, notBefore: 0 }],
    },
  };
  const visible = new Set(agents.map(({ id }) => id));
  const text = textOf(agentsModal({ rollout: rolloutOf(planOf(agents), retried), upgrades, visible, page: 0, now: 0 }));
  expect(text).toMatch(
    /web-3 put off.*\nweb-1 waiting for a retry: the server refused the upgrade\. .*\nweb-2 waiting,/,
  );
});

test("an upgraded agent shows how long it took, and one whose proof came late does not", () => {
  const HOUR = 60 * 60_000;
  const agents = ["a", "b", "c"].map((id) => plannedAgent(id));
  const at = (ms: number) => ({ kind: "verified" as const, detail: null, at: ms, position: 9 });
  const failed = { kind: "never-back" as const, detail: null, at: HOUR, position: 8 };
  const upgrades = new Map([
    ["a", { ...attemptOf({ id: "a" }, "verified"), outcome: at(3 * HOUR), took: 4 * 60_000 }],
    ["b", { ...attemptOf({ id: "b" }, "verified"), outcome: at(3 * HOUR), took: undefined, recoveredFrom: failed }],
    ["c", { ...attemptOf({ id: "c" }, "verified"), outcome: at(3 * HOUR), took: undefined }],
  ]);
  const visible = new Set(["a", "b", "c"]);
  const text = textOf(agentsModal({ rollout: rolloutOf(planOf(agents)), upgrades, visible, page: 0, now: 3 * HOUR }));
  expect(text).toContain("a upgraded. Asked 00:00 UTC, took 4 min.");
  expect(text).toContain("b upgraded. Asked 00:00 UTC, proven late, at 03:00 UTC.");
  expect(text).toContain("c upgraded. Asked 00:00 UTC, proven at 03:00 UTC.");
});
