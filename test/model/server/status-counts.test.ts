import { expect, test } from "vitest";
import {
  concernsUpgrades,
  difference,
  isNews,
  type StatusCounts,
  withMore,
  without,
} from "../../../src/model/server/status-counts.ts";

const BEFORE: StatusCounts = new Map([
  ["online", 5],
  ["offline", 1],
  ["upgrade-required", 3],
]);

test("agents that are taken out of the counts and put back change nothing", () => {
  const ours = ["offline", "upgrade-required", "upgrade-required"] as const;
  expect(difference(withMore(without(BEFORE, ours), ours), BEFORE)).toEqual(new Map());
});

test.each([
  ["an agent that needs an upgrade goes offline", ["upgrade-required"], ["offline"], true, true],
  ["one that needs none goes offline", ["online"], ["offline"], true, false],
  ["one comes back upgraded", ["offline"], ["online"], true, false],
  ["one begins to connect", ["offline"], ["connecting"], false, false],
  ["one that needs an upgrade is seen when it connects already", ["upgrade-required"], ["connecting"], true, true],
] as const)("%s", (_what, from, to, news, upgrades) => {
  const moved = difference(withMore(without(BEFORE, from), to), BEFORE);
  expect([isNews(moved), concernsUpgrades(moved)]).toEqual([news, upgrades]);
});
