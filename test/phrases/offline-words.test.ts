import { expect, test } from "vitest";
import { offlineWords } from "../../src/phrases/plan-words.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const agents = (n: number) => Array.from({ length: n }, (_, i) => plannedAgent(`web-${i + 1}`));

test.each([
  [1, 10, "1 agent on prod goes offline and restarts with the new version. This cannot be undone."],
  [3, 10, "3 agents on prod go offline and restart with the new version. This cannot be undone."],
  [3, 1, "3 agents on prod go offline one after another and restart with the new version. This cannot be undone."],
  [
    40,
    10,
    "Up to 10 of these 40 agents on prod at a time go offline and restart with the new version. This cannot be undone.",
  ],
])("%i agents, %i at a time: who goes offline is confirmed", (n, slots, words) => {
  expect(offlineWords(planOf(agents(n), { slots }))).toBe(words);
});

test("agents that are waited for count, and are named as offline already", () => {
  const plan = { ...planOf(agents(1)), waiting: [plannedAgent("db-1")] };
  expect(offlineWords(plan)).toBe(
    "2 agents on prod go offline and restart with the new version. 1 of them is offline now. This cannot be undone.",
  );
});

test("relays are upgraded by a person, with the agents behind them", () => {
  const relay = { id: "r1", name: "relay-1", version: "7.1", agents: [], dark: 1 };
  expect(offlineWords({ ...planOf([]), relays: [relay] })).toBe(
    "1 relay on prod: Drydock asks you to upgrade it. 1 agent goes offline meanwhile.",
  );
});
