import { expect, test } from "vitest";
import { cause } from "../../../src/core/cause.ts";
import { serverTrouble } from "../../../src/core/server-trouble.ts";
import { textOf } from "../../../src/core/view.ts";
import { freezeReplies } from "../../../src/features/freeze/freeze-view.ts";
import { PAUSE, STOP } from "../../../src/features/rollout/halts.ts";
import { serverReplies } from "../../../src/features/rollout/server-replies.ts";
import { movedView, pauseReplies } from "../../../src/features/rollout/thread-views.ts";
import { FRESH_SERVER } from "../../../src/model/server/server-state.ts";
import { policyWith } from "../../support/policy.ts";
import { plannedAgent, planOf, requestOf, rolloutOf } from "../../support/upgrades.ts";

test("below a card that Slack no longer edits the new card is linked, if Slack gives a link", () => {
  const rollout = requestOf(planOf([plannedAgent("a")]), policyWith({ approvals: 1 }));
  const linked = movedView(rollout, "C0OPS", "https://dock.slack.com/archives/C0OPS/p1");
  expect(JSON.stringify(linked.parts)).toContain('{"label":"prod-1","url":"https://dock.slack.com/archives/C0OPS/p1"}');
  expect(textOf(movedView(rollout, "C0OPS", undefined))).toContain("prod-1 is shown in C0OPS.");
});

test("an outage asks nothing of people, unless it lasts until one acts", () => {
  const said = (trouble: ReturnType<typeof serverTrouble>) => {
    const outages = [{ since: 0, until: undefined, cause: cause("server-trouble", trouble) }];
    const rollout = { ...rolloutOf(planOf([plannedAgent("a")])), startedAt: 0 };
    return serverReplies(rollout, { ...FRESH_SERVER, outages })
      .map(({ view }) => textOf(view))
      .join();
  };
  const gone = said(serverTrouble("no-answer", "prod", { reason: "ETIMEDOUT" }));
  expect(gone).toContain("prod has not answered since");
  expect(gone).toContain("Nothing to do.");
  const refused = said(serverTrouble("login-refused", "prod", { reason: "DRYDOCK_PROD_TOKEN" }));
  expect(refused).toContain("prod has given no usable answer since");
  expect(refused).toContain("check DRYDOCK_PROD_TOKEN");
  expect(refused).not.toContain("Nothing to do.");
  const expired = said(serverTrouble("no-answer", "prod", { reason: "CERT_HAS_EXPIRED" }));
  expect(expired).toContain("its certificate has expired");
  expect(expired).not.toContain("Nothing to do.");
});

test("who stops or pauses relays reads what becomes of them, and nothing of upgrades in flight", () => {
  const agents = rolloutOf(planOf([plannedAgent("a")]));
  const plan = { ...planOf([]), relays: [{ id: "r1", name: "relay-1", version: "7.1", agents: [], dark: 0 }] };
  const relays = rolloutOf(plan);
  const watched =
    "If a person has begun to upgrade a relay, Drydock watches it until it is back. Do not begin one that Drydock asked for.";
  expect(STOP.done("prod-1", [agents])).toBe("Stopped: prod-1. Upgrades in flight cannot be cancelled: they finish.");
  expect(STOP.done("prod-1", [relays])).toBe(`Stopped: prod-1. No other relay gets its turn. ${watched}`);
  expect(PAUSE.done("prod-1", [relays])).toBe(`Paused: prod-1. No relay gets its turn before Resume. ${watched}`);
  expect(STOP.done("prod-1, prod-2", [agents, relays])).toContain(
    "they finish. No other relay gets its turn. If a person",
  );
  const asks = { rollout: "prod-2", plan, requester: "U0ALICE", serverUser: { id: "u", name: "alice" }, channel: "C" };
  const policy = policyWith({ approvals: 1 });
  const asking = rolloutOf(
    plan,
    { type: "rollout.paused", data: { by: "drydock", kind: "coverage", causes: [] } },
    { type: "rollout.requested", data: { ...asks, policy, size: 1, needed: 1, expiresAt: 60_000, because: [] } },
  );
  expect(PAUSE.done("prod-1, prod-2", [agents, { ...asking, id: "prod-2" }])).toBe(
    `Paused: prod-1, prod-2. Upgrades in flight finish, and no more start. Resume upgrades the other agents. No relay gets its turn before Resume, and none of prod-2 before approval. ${watched}`,
  );
  const paused = rolloutOf(plan, { type: "rollout.paused", data: { by: "U0BOB", kind: "person", causes: [] } });
  const [reply] = pauseReplies(paused).map(({ view }) => textOf(view));
  expect(reply).toBe(
    `U0ALICE ⏸ U0BOB paused prod-1.\nNo relay gets its turn before Resume. ${watched}\nA person with the permissions on all remaining relays can press Resume on the card.`,
  );
});

test("the thread of a frozen server's rollout does not say that it waits: all of it may be in flight", () => {
  const freeze = {
    ...{ n: 1, by: { person: "U0BOB", user: { id: "u-bob", name: "bob" } }, reason: "storage", until: null },
    ...{ at: 0, over: undefined },
  };
  const replies = freezeReplies(rolloutOf(planOf([plannedAgent("a")])), policyWith(), freeze);
  expect(replies.map(({ view }) => textOf(view))).toEqual([
    "U0ALICE prod is frozen by U0BOB until a person unfreezes it: storage.\nNo upgrade of prod-1 starts meanwhile. Upgrades in flight finish.",
  ]);
});
