import { expect, test } from "vitest";
import { canariesDone } from "../../../src/model/rollout/canaries.ts";
import type { Outcome } from "../../../src/model/upgrade/outcome.ts";
import type { Upgrade } from "../../../src/model/upgrade/upgrade.ts";
import { attemptOf, plannedAgent, planOf, rolloutOf } from "../../support/upgrades.ts";

const AGENTS = ["a", "b", "c"].map((id) => plannedAgent(id));
/** A person has resumed it, and counts failures anew from here. */
const RESUMED_AT = 5;
const started = rolloutOf(planOf(AGENTS, { canary: 2 }));
const resumed = { ...started, guards: { ...started.guards, countFrom: RESUMED_AT } };

/** An attempt that ended at this place of the ledger. */
function ended(id: string, kind: Outcome, position: number, given: Partial<Upgrade> = {}): Upgrade {
  return attemptOf({ id }, kind, { outcome: { kind, detail: null, at: 1, position }, ...given });
}

const STABLE = ended("a", "verified", 1);

test.each<[string, Upgrade, { readonly stable: number; readonly canaries: number } | undefined]>([
  ["is stable", ended("b", "verified", 9), { stable: 2, canaries: 2 }],
  ["is proven, and not stable yet", ended("b", "verified", 1, { closed: false }), undefined],
  ["is in flight", attemptOf({ id: "b" }), undefined],
  ["had failed when a person resumed", ended("b", "back-old", RESUMED_AT), { stable: 1, canaries: 2 }],
  ["failed since a person resumed", ended("b", "back-old", RESUMED_AT + 1), undefined],
  ["is asked again by itself", ended("b", "unknown", 1, { closed: false }), undefined],
  ["was left out, so that the next one counts", ended("b", "skipped", 1), undefined],
])("of two canaries one is stable, and the other one %s", (_what, second, done) => {
  expect(canariesDone(resumed, [STABLE, second])).toEqual(done);
});

test("a rollout without canaries, and one whose canaries have passed, waits for none", () => {
  const passed = { ...started, guards: { ...started.guards, canariesPassed: true } };
  expect(canariesDone(passed, [STABLE, ended("b", "verified", 1)])).toBeUndefined();
  expect(canariesDone(rolloutOf(planOf(AGENTS)), [])).toBeUndefined();
});
