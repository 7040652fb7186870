import { describe, expect, test } from "vitest";
import { type Cause, cause } from "../../../src/core/cause.ts";
import { lineText, textOf } from "../../../src/core/view.ts";
import { drawCard } from "../../../src/features/contributions.ts";
import { agentsModal } from "../../../src/features/plan/agents-view.ts";
import { keptSlots } from "../../../src/features/rollout/kept-slots.ts";
import { selfPauseView } from "../../../src/features/rollout/pause-view.ts";
import { lateView } from "../../../src/features/rollout/thread-views.ts";
import { waitingLines } from "../../../src/features/rollout/waiting-lines.ts";
import type { Blocked } from "../../../src/gates/gate.ts";
import type { Plan, PlannedAgent } from "../../../src/model/plan/plan.ts";
import { foldProgress } from "../../../src/model/rollout/progress.ts";
import type { Rollout } from "../../../src/model/rollout/rollout.ts";
import type { RolloutEvent } from "../../../src/model/rollout/rollout-events.ts";
import { DEFAULT_LIMITS } from "../../../src/model/server/limits.ts";
import { DEFAULT_DEADLINES } from "../../../src/model/upgrade/deadlines.ts";
import type { Outcome } from "../../../src/model/upgrade/outcome.ts";
import type { Upgrade } from "../../../src/model/upgrade/upgrade.ts";
import { cameBackLine } from "../../../src/phrases/came-back-line.ts";
import { policyWith } from "../../support/policy.ts";
import { attemptOf, plannedAgent, planOf, rolloutOf } from "../../support/upgrades.ts";

const AGENTS = Array.from({ length: 16 }, (_, i) => plannedAgent(`edge-${i + 1}`));
const [ONE = plannedAgent("x"), TWO = plannedAgent("y"), THREE = plannedAgent("z")] = AGENTS;
const FLYING = [attemptOf(ONE), attemptOf(TWO)];

const breaker = cause("too-many-failures", { failed: 2, finished: 10, limit: 10, share: 20, cause: null, relay: null });
const rights = cause("rights-too-slow", { server: "prod" });
const canary = cause("canary-failed", { outcome: "never-back" });

function paused(
  by: string,
  kind: "person" | "breaker" | "canary" | "rights",
  ...causes: readonly Cause[]
): RolloutEvent {
  return { type: "rollout.paused", data: { by, kind, causes } };
}

function lookOf(upgrades: readonly Upgrade[], blocked: readonly Blocked[], ...events: readonly RolloutEvent[]) {
  return lookAt(planOf(AGENTS), upgrades, blocked, ...events);
}

function lookAt(
  plan: Plan,
  upgrades: readonly Upgrade[],
  blocked: readonly Blocked[],
  ...events: readonly RolloutEvent[]
) {
  return lookBeside([], plan, upgrades, blocked, ...events);
}

/** @param elsewhere attempts of other rollouts on the server. */
function lookBeside(
  elsewhere: readonly Upgrade[],
  plan: Plan,
  upgrades: readonly Upgrade[],
  blocked: readonly Blocked[],
  ...events: readonly RolloutEvent[]
) {
  const rollout = rolloutOf(plan, ...events);
  const progress = foldProgress({ total: plan.agents.length, upgrades, stopping: false, retried: () => false });
  const slots = { ours: FLYING.length, external: 0, open: 10, of: 10, reason: undefined };
  const input = { rollout, policy: policyWith(), progress, upgrades, slots, here: 2, blocked };
  const holding = [...upgrades, ...elsewhere].filter(({ holdsSlot }) => holdsSlot);
  const kept = keptSlots({ ...input, holding }, { limits: DEFAULT_LIMITS, deadlines: DEFAULT_DEADLINES });
  const none = { busy: undefined, waits: undefined, exceedsWindow: undefined, times: undefined };
  const card = drawCard({ ...input, ...none, kept });
  return { rollout, lines: textOf(card).split("\n"), card };
}

function blockOf(gate: string, code: string, params: object): Blocked {
  return { gate, effect: "wait", cause: { code: `${gate}.${code}`, params } } as unknown as Blocked;
}

test("a pause names who paused, what still runs and what waits", () => {
  const { lines } = lookOf(FLYING, [], paused("U0ALICE", "person"));
  expect(lines[0]).toBe("⏸ prod-1: paused");
  expect(lines[1]).toBe("0 of 16 upgraded, 2 in flight, 14 waiting.");
  expect(lines).toContain("⏸ U0ALICE paused prod-1. 2 upgrades in flight finish; 14 agents wait.");
});

test("the breaker gives its numbers, and Resume says what it ignores", () => {
  const { lines, rollout } = lookOf(FLYING, [], paused("drydock", "breaker", breaker));
  expect(lines[0]).toBe("⏸ prod-1: paused. Press Resume or Stop.");
  expect(lines).toContain(
    "⏸ prod-1 paused itself: 2 of 10 agents failed (limit 20%). 2 upgrades in flight finish; 14 agents wait.",
  );
  const { selfPause } = rollout.guards;
  const reply = selfPause && textOf(selfPauseView(rollout, selfPause, FLYING));
  expect(reply).toContain("Resume ignores these failures and counts from zero. Stop ends the rollout.");
  expect(reply).toContain("[Resume]");
  expect(selfPause && textOf(selfPauseView(rollout, selfPause, [...FLYING, attemptOf(THREE, "stuck")]))).toContain(
    `Failed: ${THREE.name}\n`,
  );
});

test("the breaker names those that it counted first, and the other failures behind them", () => {
  const [one, two, three] = [
    { ...ONE, relay: "r1" },
    { ...TWO, relay: "r1" },
    { ...THREE, relay: "r2" },
  ];
  const upgrades = [attemptOf(three, "stuck"), attemptOf(one, "stuck"), attemptOf(two, "never-back")];
  const names = new Map([["r1", "relay-north"]]);
  const replyTo = (of: { readonly cause: string | null; readonly relay: string | null }) => {
    const tripped = cause("too-many-failures", { failed: 2, finished: 10, limit: 2, share: null, ...of });
    const { rollout } = lookOf(upgrades, [], paused("drydock", "breaker", tripped));
    const { selfPause } = rollout.guards;
    return selfPause && textOf(selfPauseView(rollout, selfPause, upgrades, names));
  };
  const both = `Failed: ${ONE.name}, ${TWO.name}\nOther failures: ${THREE.name}\n`;
  expect(replyTo({ cause: null, relay: "relay-north" })).toContain(both);
  expect(replyTo({ cause: "stuck", relay: null })).toContain(
    `Failed: ${THREE.name}, ${ONE.name}\nOther failures: ${TWO.name}\n`,
  );
});

test("an agent that another rollout upgraded after the server had refused it here did not come back", () => {
  const at = 22 * 3_600_000 + 4 * 60_000;
  const outcome = { kind: "verified", detail: null, at, position: 99 } as const;
  const lateFrom = (kind: "refused" | "never-back", agent = ONE) => {
    const { outcome: recoveredFrom } = attemptOf(agent, kind);
    return { ...attemptOf(agent, "verified"), outcome, ...(recoveredFrom ? { recoveredFrom } : {}) } satisfies Upgrade;
  };
  const [refused, lost] = [lateFrom("refused"), lateFrom("never-back")];
  expect(textOf(lateView(refused))).toBe(`${ONE.name} has a new version since 22:04 UTC and counts as upgraded now.`);
  expect(textOf(lateView(lost))).toBe(`${ONE.name} came back at 22:04 UTC and counts as upgraded now.`);
  expect(lineText(cameBackLine([refused]))).toBe(`✔ Resolved: ${ONE.name} has a new version since 22:04 UTC.`);
  expect(lineText(cameBackLine([lost, lateFrom("refused", TWO)]))).toContain(
    "have a new version, the last since 22:04",
  );
});

test("an agent that the server refused to upgrade here, and that is upgraded, was upgraded outside the rollout", () => {
  const { outcome: recoveredFrom } = attemptOf(ONE, "refused");
  const upgraded = { ...attemptOf(ONE, "verified"), ...(recoveredFrom ? { recoveredFrom } : {}) };
  expect(lookOf([upgraded], []).lines[1]).toMatch(/^1 of 16 upgraded, 1 of them outside this rollout,/);
  const rollout = rolloutOf(planOf([ONE]));
  const modal = agentsModal({
    rollout,
    upgrades: new Map([[ONE.id, upgraded]]),
    visible: new Set([ONE.id]),
    page: 0,
    now: 0,
  });
  expect(textOf(modal)).toContain(`${ONE.name} upgraded outside this rollout.`);
});

test("an agent that another rollout upgraded after it had failed here did not come back either, and that rollout is named", () => {
  const detail = cause("upgraded-by-rollout", { rollout: "prod-2", version: "8.2" });
  const { outcome: recoveredFrom } = attemptOf(ONE, "back-old");
  const upgraded = { ...attemptOf(ONE, "verified", { detail }), ...(recoveredFrom ? { recoveredFrom } : {}) };
  expect(textOf(lateView(upgraded))).toBe(
    `${ONE.name} counts as upgraded since 00:00 UTC: prod-2 upgraded it, to 8.2.`,
  );
  expect(lineText(cameBackLine([upgraded]))).toContain("has a new version since");
  const ended = lookAt(planOf([ONE, TWO]), [upgraded, attemptOf(TWO, "verified")], [], {
    type: "rollout.ended",
    data: {},
  });
  expect(ended.lines[0]).toBe("✔ prod-1: all 2 upgraded");
  expect(ended.lines).toContain("1 of them was upgraded outside this rollout.");
});

test("an attempt that waits for its turn again is not in flight", () => {
  const putBack = attemptOf(ONE, undefined, { postponed: { at: 0, wait: 1, text: "503" }, holdsSlot: false });
  const { lines, rollout } = lookOf([putBack], [], paused("drydock", "breaker", breaker));
  expect(lines).toContain("0 of 16 upgraded, 16 waiting.");
  const { selfPause } = rollout.guards;
  expect(selfPause && textOf(selfPauseView(rollout, selfPause, [putBack]))).toContain("Nothing is in flight.");
});

test("an agent that Drydock retries is not among those that failed", () => {
  const agents = [{ id: ONE.id, attempt: 2, notBefore: 0 }];
  const by = { by: "U0ALICE", serverUser: { id: "u", name: "alice" }, cause: null };
  const failed = [attemptOf(ONE, "refused"), attemptOf(TWO, "refused")];
  const { lines } = lookOf(failed, [], { type: "rollout.retried", data: { ...by, agents } });
  expect(lines).toContain(`Failed: ${TWO.name}`);
  expect(lines).toContain(`Waiting for a retry: ${ONE.name}`);
});

test("a canary that came back after it had failed is no reason to worry any more", () => {
  const back = 22 * 3_600_000 + 4 * 60_000;
  const failed = attemptOf(ONE, "never-back");
  const recovered = {
    ...attemptOf(ONE, "verified"),
    outcome: { kind: "verified", detail: null, at: back, position: 99 },
    ...(failed.outcome ? { recoveredFrom: failed.outcome } : {}),
  } satisfies Upgrade;
  const pause = paused("drydock", "canary", canary);
  expect(lookOf([failed], [], pause).lines.join("\n")).not.toContain("Resolved");
  expect(lookOf([recovered, attemptOf(TWO, "stuck")], [], pause).lines.join("\n")).not.toContain("Resolved");
  // It paused for another reason, and that is not over.
  expect(lookOf([recovered], [], paused("drydock", "rights", rights)).lines.join("\n")).not.toContain("Resolved");
  const { lines, rollout } = lookOf([recovered], [], pause);
  expect(lines).toContain("✔ Resolved: edge-1 came back at 22:04 UTC.");
  const { selfPause } = rollout.guards;
  expect(selfPause && textOf(selfPauseView(rollout, selfPause, [recovered]))).toContain("✔ Resolved: edge-1 came back");
});

test("an agent that is tried again is not said to have failed and to wait", () => {
  const failed = [attemptOf(ONE, "refused"), attemptOf(TWO, "refused")];
  const retried = { type: "rollout.retried", data: { by: "U0BOB", agents: [] } };
  const retry = { id: ONE.id, attempt: 2, notBefore: 0 };
  const event = { ...retried, data: { ...retried.data, agents: [retry] } } as unknown as RolloutEvent;
  const { lines } = lookOf(failed, [], event);
  expect(lines).toContain("Failed: edge-2");
  expect(lines).toContain("Waiting for a retry: edge-1");
});

test("a rollout that is stopped waits for no agent to come back", () => {
  const rollout = (...events: readonly RolloutEvent[]) => rolloutOf({ ...planOf([ONE]), waiting: [TWO] }, ...events);
  const saidOf = (one: Rollout) => waitingLines(one, policyWith()).map(lineText).join();
  expect(saidOf(rollout())).toContain("1 waiting to come back");
  expect(saidOf(rollout({ type: "rollout.stopped", data: { by: "U0BOB" } }))).toBe("");
});

test("the pause reply of a rollout that ended while it was paused asks for nothing", () => {
  const all = AGENTS.map((agent, i) => attemptOf(agent, i < 2 ? "stuck" : "verified"));
  const { rollout } = lookOf(all, [], paused("drydock", "breaker", breaker), { type: "rollout.ended", data: {} });
  const { selfPause } = rollout.guards;
  expect(selfPause && textOf(selfPauseView(rollout, selfPause, all))).toBe(
    "U0ALICE ⏸ prod-1 paused itself: 2 of 10 agents failed (limit 20%).\nThe rollout has ended: no agent was left to upgrade.",
  );
});

test("the pause reply says who resumed or stopped it: a person, or Drydock after the approvals", () => {
  const replyAfter = (event: Parameters<typeof rolloutOf>[1]) => {
    const { guards, ...rest } = rolloutOf(planOf(AGENTS), paused("drydock", "breaker", breaker), event);
    return (
      guards.selfPause &&
      textOf(selfPauseView({ ...rest, guards }, guards.selfPause, []))
        .split("\n")
        .at(-1)
    );
  };
  const bob = { by: "U0BOB", serverUser: { id: "u-bob", name: "bob" }, policy: policyWith() };
  const resumed = { type: "rollout.continued", data: bob } as const;
  expect(replyAfter({ ...resumed, actor: "U0BOB" })).toBe("Resumed by U0BOB.");
  expect(replyAfter({ ...resumed, actor: "drydock" })).toBe("Resumed by Drydock for U0BOB, after the approvals.");
  expect(replyAfter({ type: "rollout.stopped", data: { by: "U0BOB" } })).toBe("Stopped by U0BOB.");
});

test("a rollout that Drydock stopped names Drydock, and no person of that name", () => {
  const { lines } = lookOf([], [], { type: "rollout.stopped", data: { by: "drydock" } });
  expect(lines).toContainEqual(expect.stringMatching(/^Stopped by Drydock\./));
});

test("a result keeps what failed by its cause, and repeats no count of its heading", () => {
  const ended: RolloutEvent = { type: "rollout.ended", data: {} };
  const all = AGENTS.map((agent) => attemptOf(agent, "verified"));
  expect(lookOf(all, [], ended).lines.filter((line) => line.includes("16 upgraded"))).toEqual([
    "✔ prod-1: all 16 upgraded",
  ]);
  const some = AGENTS.map((agent, i) => attemptOf(agent, i < 2 ? "never-back" : i === 2 ? "stuck" : "verified"));
  const { lines } = lookOf(some, [], ended);
  expect(lines.slice(0, 3)).toEqual([
    "◐ prod-1: 13 of 16 upgraded, 3 failed",
    `Failed: ${ONE.name}, ${TWO.name}: went offline and did not come back in time.`,
    `Failed: ${THREE.name}: reported an error, or could not finish connecting, for too long.`,
  ]);
});

test("an outage is the heading's business, and in no small print", () => {
  const away = blockOf("answers", "away", { server: "prod", strange: null });
  const { lines, card } = lookOf(FLYING, [away]);
  expect(lines[0]).toBe("⚠ prod-1: waiting, prod does not answer. Nothing to do.");
  expect(lineText(card.summary)).toContain("waiting, prod does not answer");
  const notes = card.parts.flatMap((part) => (part.kind === "note" ? part.lines : []));
  expect(notes.map(lineText).join()).not.toContain("answer");
  // An account that is refused stays refused until a person acts.
  const refused = blockOf("answers", "away", { server: "prod", strange: "prod refuses Drydock's own account (401)" });
  expect(lookOf(FLYING, [refused]).lines[0]).toBe("⚠ prod-1: waiting, prod gives no usable answer");
  // Who has paused or stopped it knows that it waits.
  expect(lookOf(FLYING, [away], paused("U0ALICE", "person")).lines[0]).toBe("⏸ prod-1: paused");
});

test("a server that Drydock does not watch is one too", () => {
  const { lines } = lookOf(FLYING, [blockOf("watched", "not-watched", { server: "prod" })]);
  expect(lines[0]).toBe("⚠ prod-1: waiting, Drydock is not watching prod");
});

describe("failed agents that may still be upgrading", () => {
  const lost = (agent = ONE, outcome: Outcome = "never-back") => attemptOf(agent, outcome, { holdsSlot: true });
  const behind = (relay: string, ...agents: readonly PlannedAgent[]) => agents.map((agent) => ({ ...agent, relay }));
  const WAITS = "▶ prod-1: waiting";
  const said = ({ lines }: ReturnType<typeof lookAt>) => [lines[0], lines.find((line) => line.startsWith("Drydock "))];

  test("keep all slots of a rollout: it waits, and its card names them and the time", () => {
    const two = planOf(AGENTS, { slots: 2 });
    expect(said(lookAt(two, [lost(), lost(TWO)], []))).toEqual([
      WAITS,
      "Drydock waits for slots of 2 failed agents that may still be upgrading: edge-1, edge-2. If they stay away, the first slot is free at about 01:00 UTC.",
    ]);
    expect(said(lookAt(planOf(AGENTS, { slots: 1 }), [lost()], []))[1]).toBe(
      "Drydock waits for the slot of a failed agent that may still be upgrading: edge-1. If it stays away, the slot is free at about 01:00 UTC.",
    );
  });

  test("say nothing while a slot is free, an upgrade is in flight, none waits, or nothing may begin anyway", () => {
    const two = planOf(AGENTS, { slots: 2 });
    const upgrading = ["▶ prod-1: upgrading", undefined];
    expect(said(lookAt(two, [lost(), attemptOf(TWO, "never-back")], []))).toEqual(upgrading);
    expect(said(lookAt(two, [lost(), lost(TWO), attemptOf(THREE)], []))).toEqual(upgrading);
    expect(said(lookAt(planOf([ONE, TWO], { slots: 2 }), [lost(), lost(TWO)], []))).toEqual(upgrading);
    const frozen = [blockOf("answers", "away", { server: "prod", strange: null })];
    expect(said(lookAt(two, [lost(), lost(TWO)], frozen))[1]).toBeUndefined();
    expect(said(lookAt(two, [lost(), lost(TWO)], [], paused("U0ALICE", "person")))[1]).toBeUndefined();
  });

  test("keep all room behind the relay of those that wait, unless one of them is behind another", () => {
    const [one = ONE, two = TWO, three = THREE, ...rest] = behind("r1", ...AGENTS);
    const upgrades = [lost(one), lost(two), lost(three)];
    const [heading, line] = said(lookAt(planOf([one, two, three, ...rest]), upgrades, []));
    expect(heading).toBe(WAITS);
    expect(line).toBe(
      "Drydock waits for slots of 3 failed agents that may still be upgrading: edge-1, edge-2, edge-3. By the plan, all agents that wait are behind the same relays. If they stay away, the first slot is free at about 01:00 UTC.",
    );
    const moved = [...rest.slice(1), ...behind("r2", rest[0] ?? ONE)];
    expect(said(lookAt(planOf([one, two, three, ...moved]), upgrades, []))).toEqual(["▶ prod-1: upgrading", undefined]);
  });
});

test("lost agents of other rollouts keep slots of the server and of a relay too, and a limit that was lowered frees none at the first", () => {
  const HOUR = 60 * 60_000;
  const lostAt = (name: string, at: number, given: Partial<Upgrade> = {}) =>
    attemptOf({ id: name, relay: "r1" }, undefined, {
      ...{ rollout: "prod-2", outcome: { kind: "never-back", detail: null, at, position: 1 } },
      ...given,
    });
  const lineOf = ({ lines }: ReturnType<typeof lookAt>) => lines.find((line) => line.startsWith("Drydock waits"));
  const ten = Array.from({ length: 11 }, (_, i) => lostAt(`db-${i}`, i * HOUR));
  expect(lineOf(lookBeside(ten, planOf(AGENTS), [], []))).toBe(
    "Drydock waits for slots of 11 failed agents of other rollouts that may still be upgrading. If they stay away, the first slot is free at about 02:00 UTC.",
  );
  const agents = AGENTS.map((agent) => ({ ...agent, relay: "r1" }));
  const mine = lostAt(ONE.name, 0, { rollout: "prod-1" });
  expect(lineOf(lookBeside(ten.slice(0, 2), planOf(agents), [mine], []))).toContain(
    "slots of 3 failed agents, 2 of them of other rollouts, that may still be upgrading: edge-1. By the plan, ",
  );
  expect(lineOf(lookBeside(ten.slice(0, 1), planOf(agents), [mine], []))).toBeUndefined();
  expect(lineOf(lookBeside([lostAt("db-1", 0)], planOf(AGENTS, { slots: 1 }), [], []))).toBeUndefined();
});

test("a card at its fullest has 12 lines at most, and few names", () => {
  const upgrades = AGENTS.map((agent, i) => attemptOf(agent, ([undefined, "stuck", "skipped"] as const)[i % 3]));
  const away = blockOf("answers", "away", { server: "prod", strange: null });
  const { lines } = lookOf(upgrades, [away], paused("drydock", "canary", canary));
  expect(lines.filter((line) => !line.startsWith("["))).toSatisfy((all: readonly string[]) => all.length <= 12);
  expect(lines.find((line) => line.startsWith("Failed: "))).toBe(`Failed: ${TWO.name}, edge-5, edge-8 and 2 more`);
  expect(THREE.name).toBe("edge-3");
});
