import { expect, test } from "vitest";
import type { AgentStatus } from "../../../src/core/agent.ts";
import { DEFAULT_DEADLINES } from "../../../src/model/upgrade/deadlines.ts";
import { decideDue, decideObserved } from "../../../src/model/upgrade/decide-upgrade.ts";
import type { Outcome } from "../../../src/model/upgrade/outcome.ts";
import type { Observation, Upgrade } from "../../../src/model/upgrade/upgrade.ts";
import { attemptOf } from "../../support/upgrades.ts";

const OLD = "6.2.7.1.1";
const NEW = "8";
/** The longest an upgrade lasts is then 380. */
const LIMITS = {
  ...DEFAULT_DEADLINES,
  ...{ neverOffline: 30, notBack: 100, stuck: 50, stable: 20, zombie: 200, lateWatch: 300 },
};

type State = Partial<Upgrade> & { readonly ended?: Outcome };

/** The attempt, asked for at 0; where it has ended, at 10. */
function attempt({ ended, ...given }: State): Upgrade {
  const outcome = ended && ({ kind: ended, detail: null, at: 10, position: 1 } as const);
  return { ...attemptOf({ id: "a" }), holdsSlot: false, outcome, ...given };
}

/** What follows at that time, in short. */
function short(events: ReturnType<typeof decideDue>): readonly string[] {
  return events.map(({ type, data }) => {
    const kind = "outcome" in data ? ` ${data.outcome}` : "";
    return `${type.replace("upgrade.", "")}${kind}${"holdsSlot" in data && data.holdsSlot ? ", slot kept" : ""}`;
  });
}

const held = { holdsSlot: true };
const at = (status: AgentStatus, version = OLD): Observation => ({ status, version });

test.each<[string, State, Observation, number, string]>([
  [
    "comes and goes for longer than any upgrade lasts",
    { departures: 2, downSince: 370 },
    at("offline"),
    380,
    "outcome stuck, slot kept",
  ],
  [
    "is away for the first time, however late",
    { departures: 1, downSince: 370 },
    at("offline"),
    470,
    "outcome never-back, slot kept",
  ],
  [
    "never goes offline, counted from the request",
    { triggeredAt: 5 },
    at("upgrade-required"),
    35,
    "outcome never-offline",
  ],
  [
    "is back at another version, and still wanted",
    { backSince: 1 },
    at("upgrade-required", NEW),
    21,
    "outcome still-wanted",
  ],
  ["is stable since it was proven", { ended: "verified" }, at("online", NEW), 30, "closed"],
  ["is stable since it came back once more", { ended: "verified", backSince: 15 }, at("online", NEW), 35, "closed"],
  ["is wanted anew once it was proven", { ended: "verified" }, at("upgrade-required", NEW), 30, "closed"],
  [
    "was proven, and is away for too long",
    { ended: "verified", downSince: 50 },
    at("offline"),
    150,
    "corrected lost-again",
  ],
  [
    "was proven, and is at the old version",
    { ended: "verified", oldSince: 50 },
    at("upgrade-required"),
    70,
    "corrected lost-again",
  ],
  ["has failed, and is connected", { ended: "never-back", ...held }, at("upgrade-required"), 30, "released"],
  ["has failed, and is not seen again", { ended: "never-back", ...held }, at("offline"), 210, "released"],
  ["has failed without a slot, and is watched no longer", { ended: "back-old" }, at("upgrade-required"), 310, "closed"],
])("an agent that %s: not a moment before its time, and then", async (_what, state, seen, due, then) => {
  const before = { ...attempt(state), last: seen };
  expect(short(decideObserved(before, seen, due - 1, LIMITS))).toEqual([]);
  expect(short(decideObserved(before, seen, due, LIMITS))).toEqual([then]);
});

test.each<[string, State, Observation]>([
  ["is wanted anew is not proven by that", { ended: "still-wanted" }, at("upgrade-required", NEW)],
  ["is away keeps the slot", { ended: "never-back", ...held }, at("offline")],
  ["has no slot gives none back", { ended: "back-old" }, at("upgrade-required")],
])("a failed agent that %s", (_what, state, seen) => {
  expect(decideObserved({ ...attempt(state), last: seen }, seen, 209, LIMITS)).toEqual([]);
});

test.each<[string, State, number]>([
  ["counts from when it was seen last", { seenAt: 300 }, 400],
  ["lasts at least as long as any upgrade may", { seenAt: 50 }, 380],
  ["counts from its request if it was never seen", {}, 380],
])("the time after which an agent that nobody sees is given up %s", (_what, state, due) => {
  expect(short(decideDue(attempt(state), due - 1, LIMITS))).toEqual([]);
  expect(short(decideDue(attempt(state), due, LIMITS))).toEqual(["outcome unobserved"]);
});

test("a version that changes alone is seen as well as a status", () => {
  const before = { ...attempt({ ended: "verified" }), last: at("online") };
  expect(short(decideObserved(before, at("online", NEW), 20, LIMITS))).toEqual(["observed"]);
});
