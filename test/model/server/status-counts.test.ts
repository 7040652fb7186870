import { expect, test } from "vitest";
import {
  concernsUpgrades,
  difference,
  isDepartureOf,
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

const ASKED: StatusCounts = new Map([["upgrade-required", 2]]);

test.each([
  [
    "agents that were asked to upgrade may be all that went offline",
    ["upgrade-required", "upgrade-required"],
    ["offline", "offline"],
    true,
  ],
  ["one connects again already", ["upgrade-required", "offline"], ["offline", "connecting"], true],
  ["more went offline than were asked", Array(3).fill("upgrade-required"), Array(3).fill("offline"), false],
  ["one that needs no upgrade went offline", ["online"], ["offline"], false],
  ["one went offline, and one is back", ["upgrade-required", "offline"], ["offline", "online"], false],
] as const)("%s", (_what, from, to, isDeparture) => {
  const moved = difference(withMore(without(BEFORE, from), to), BEFORE);
  expect(isDepartureOf(ASKED, moved)).toBe(isDeparture);
});
