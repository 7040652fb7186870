import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cause } from "../../src/core/cause.ts";
import { lineText, textOf } from "../../src/core/view.ts";
import { drawCard } from "../../src/features/contributions.ts";
import { resultView } from "../../src/features/rollout/thread-views.ts";
import { foldProgress } from "../../src/model/rollout/progress.ts";
import type { RolloutEvent } from "../../src/model/rollout/rollout-events.ts";
import { OUTCOMES, type Outcome } from "../../src/model/upgrade/outcome.ts";
import { resultWords, startedBy } from "../../src/phrases/progress-words.ts";
import { policyWith } from "../support/policy.ts";
import { attemptOf, plannedAgent, planOf, requestOf, rolloutOf } from "../support/upgrades.ts";

/** Skipped, because the server does not ask for its upgrade any more. */
const NOT_NEEDED = "not needed";
const ALREADY = cause("upgrade-not-needed", { status: "online", version: "7.2" });
const ENDED: RolloutEvent = { type: "rollout.ended", data: {} };
const STOPPED: RolloutEvent = { type: "rollout.stopped", data: { by: "U0CAROL" } };

/** What is said of a rollout of `total` agents that ended with these outcomes of those that had begun. */
function ended(total: number, outcomes: readonly (Outcome | typeof NOT_NEEDED)[], ...before: readonly RolloutEvent[]) {
  const agents = Array.from({ length: total }, (_, i) => plannedAgent(`web-${i + 1}`));
  const rollout = rolloutOf(planOf(agents), ...before, ENDED);
  const upgrades = outcomes.map((outcome, i) => {
    const agent = agents[i] ?? plannedAgent("x");
    return outcome === NOT_NEEDED ? attemptOf(agent, "skipped", { detail: ALREADY }) : attemptOf(agent, outcome);
  });
  const progress = foldProgress({ total, upgrades, stopping: true, retried: () => false });
  const slots = { ours: 0, external: 0, open: 10, of: 10, reason: undefined };
  const input = { rollout, policy: policyWith(), progress, upgrades, slots, here: 0, blocked: [] };
  const none = { busy: undefined, waits: undefined, exceedsWindow: undefined, kept: undefined, times: undefined };
  return { rollout, progress, card: drawCard({ ...input, ...none }), result: resultView(rollout, progress, undefined) };
}

describe("a rollout that has ended says how, on its card and in its mention", () => {
  const cases: readonly (readonly [string, Parameters<typeof ended>, string, string])[] = [
    ["all upgraded", [2, ["verified", "elsewhere"]], "✔ prod-1: all 2 upgraded", "all 2 upgraded"],
    ["its one agent upgraded", [1, ["verified"]], "✔ prod-1: 1 of 1 upgraded", "1 of 1 upgraded"],
    ["some failed", [3, ["verified", "stuck", "skipped"]], "◐ prod-1: 1 of 3 upgraded, 1 failed", "1 of 3 upgraded, 1"],
    ["all failed", [2, ["stuck", "refused"]], "✖ prod-1: none of 2 upgraded", "none of 2 upgraded"],
    ["all skipped", [2, ["skipped", "skipped"]], "◐ prod-1: none of 2 upgraded, all skipped", "all skipped"],
    ["none needed it", [2, [NOT_NEEDED, NOT_NEEDED]], "✔ prod-1: no agent needed the upgrade", "no agent needed"],
    ["its one agent did not need it", [1, [NOT_NEEDED]], "✔ prod-1: the agent did not need the upgrade", "not need"],
    ["one did not need it", [2, ["verified", NOT_NEEDED]], "✔ prod-1: 1 of 2 upgraded, 1 did not need it", "1 of 2"],
    [
      "stopped",
      [3, ["verified"], STOPPED],
      "■ prod-1: stopped, 1 of 3 upgraded",
      "stopped by U0CAROL, 1 of 3 upgraded",
    ],
    [
      "stopped too late to matter",
      [2, ["verified", "verified"], STOPPED],
      "✔ prod-1: all 2 upgraded",
      "all 2 upgraded",
    ],
  ];

  test.each(cases)("%s", (_what, given, heading, words) => {
    const { card, result } = ended(...given);
    expect(textOf(card).split("\n")[0]).toBe(heading);
    expect(lineText(card.summary)).toContain(words);
    expect(lineText(result.summary)).toContain(words);
    expect(textOf(card)).not.toMatch(/100%|finished/);
  });

  test.each<readonly [string, Parameters<typeof ended>, readonly string[]]>([
    ["all upgraded", [2, ["verified", "verified"]], []],
    ["all upgraded, one elsewhere", [2, ["verified", "elsewhere"]], ["1 of them was upgraded outside this rollout."]],
    ["some failed", [3, ["verified", "stuck", "skipped"]], ["1 skipped."]],
    ["all failed", [2, ["stuck", "refused"]], ["2 failed."]],
    ["all skipped", [2, ["skipped", "skipped"]], []],
    ["none needed it", [2, [NOT_NEEDED, NOT_NEEDED]], []],
    ["stopped", [3, ["verified"], STOPPED], ["2 not begun."]],
  ])("and says no count twice: %s", (_what, given, counts) => {
    const lines = textOf(ended(...given).card).split("\n");
    expect(lines.filter((line) => /^\d+ (?:failed|skipped|unchanged|of|not begun)|^Someone/.test(line))).toEqual(
      counts,
    );
    expect(lines.filter((line) => /\d upgraded/.test(line))).toHaveLength(given[1].includes(NOT_NEEDED) ? 0 : 1);
  });

  test.each<readonly [string, Parameters<typeof ended>, string | undefined]>([
    ["all upgraded", [2, ["verified", "elsewhere"]], undefined],
    ["stopped half-way", [4, ["verified", "stuck"], STOPPED], "[Plan the other 3]"],
    ["one is left", [2, ["verified", "stuck"]], "[Plan the other agent]"],
    ["none upgraded", [2, ["stuck", "refused"]], "[Plan all 2 again]"],
    ["one that asks for nothing more", [2, ["verified", "unchanged"]], undefined],
  ])("and offers a plan of what is left: %s", (_what, given, button) => {
    const text = textOf(ended(...given).card);
    expect(/\[Plan [^\]]*\]/.exec(text)?.[0]).toBe(button);
  });

  test("the sign is true, whatever happened", () => {
    const made = fc.record({
      outcomes: fc.array(fc.constantFrom(...OUTCOMES, NOT_NEEDED), { maxLength: 6 }),
      more: fc.nat(3),
      stopped: fc.boolean(),
    });
    fc.assert(
      fc.property(made, ({ outcomes, more, stopped }) => {
        const { rollout, progress } = ended(outcomes.length + more, outcomes, ...(stopped ? [STOPPED] : []));
        const { sign, text } = resultWords(rollout, progress);
        expect(sign === "✔").toBe(progress.verified + progress.notNeeded === progress.total);
        expect(text.startsWith("stopped")).toBe(sign === "■");
        if (sign === "✖") expect(progress.verified).toBe(0);
      }),
    );
  });
});

test("the card of an emergency gives its reason once", () => {
  const plan = planOf([plannedAgent("web-1")]);
  const rollout = rolloutOf({ ...plan, options: { ...plan.options, reason: "fire" } });
  const review = { by: { person: "U0ALICE" }, agents: 1, reason: "fire", closed: undefined, reminders: 0 };
  expect(lineText(startedBy(rollout))).toContain("Reason: fire");
  expect(lineText(startedBy({ ...rollout, review } as typeof rollout))).not.toContain("fire");
});

test("the card says who began it, and who owns it since", () => {
  const rollout = rolloutOf(planOf([plannedAgent("web-1")]));
  expect(lineText(startedBy(rollout))).not.toContain("owns it");
  const bob = { person: "U0BOB", user: { id: "u-bob", name: "bob" } };
  const handed = { ...rollout, owner: bob.person, serverUser: bob.user, parties: [...rollout.parties, bob] };
  expect(lineText(startedBy(handed))).toMatch(/started by .*alice.*\. .*\(bob\) owns it\./);
});

test("the card says that Drydock started what was asked for before, whether it waited for approvals or for its time", () => {
  const plan = planOf([plannedAgent("web-1")]);
  const policy = policyWith({ approvals: 1 });
  const serverUser = { id: "u", name: "alice" };
  const started = { rollout: "prod-1", plan, owner: "U0ALICE", serverUser, channel: "C" };
  const begun = { type: "rollout.started", data: started } as const;
  const scheduled = { type: "rollout.scheduled", data: { at: 0, by: "U0ALICE" } } as const;
  expect(lineText(startedBy(requestOf(plan, policy, {}, begun)))).toContain("started by Drydock for U0ALICE (alice).");
  expect(lineText(startedBy(requestOf(plan, policy, {}, scheduled, begun)))).toContain(
    "started by Drydock for U0ALICE",
  );
  // Drydock asks again later for what a person started.
  const asked = { ...started, requester: "U0ALICE", policy, size: 1, needed: 1, expiresAt: 60_000, because: [] };
  const again = rolloutOf(plan, { type: "rollout.requested", data: asked });
  expect(lineText(startedBy(again))).toContain("started by U0ALICE (alice).");
});
