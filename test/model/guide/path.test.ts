import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareVersions, parseVersion, type Version } from "../../../src/core/version.ts";
import { passedStops, pathFindings, STOPS, wayBetween } from "../../../src/model/guide/path.ts";
import { worded } from "../../../src/phrases/finding-text.ts";
import { agentAt } from "../../support/agents.ts";
import { runs } from "../../support/runs.ts";

function version(text: string): Version {
  const parsed = parseVersion(text);
  if (!parsed) throw new Error(`${text} is no version`);
  return parsed;
}

const way = (from: string, to: string) => wayBetween(version(from), version(to));

const anyVersion = fc
  .tuple(fc.integer({ min: 0, max: 9 }), fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 }))
  .map(([major, rest]) => version([major, ...rest].join(".")));

describe("the way from one version to another", () => {
  test("its stops rise, begin after where it begins and end where it ends, for any two versions", () => {
    fc.assert(
      fc.property(anyVersion, anyVersion, (from, to) => {
        const legs = wayBetween(from, to);
        if (compareVersions(from, to) >= 0) {
          expect(legs).toEqual([]);
          return;
        }
        let before = from;
        for (const leg of legs) {
          expect(compareVersions(before, leg.to.at)).toBeLessThan(0);
          expect(compareVersions(leg.to.at, leg.to.through)).toBeLessThanOrEqual(0);
          before = leg.to.through;
        }
        expect(legs[0]?.from.at).toEqual(from);
        expect(legs.at(-1)?.to.at).toEqual(to);
      }),
      { numRuns: runs(1_000, 20_000) },
    );
  });

  test("no leg of it passes a stop that it should have made", () => {
    fc.assert(
      fc.property(anyVersion, anyVersion, (from, to) => {
        for (const leg of wayBetween(from, to))
          for (const { below, target } of STOPS) {
            const starts = compareVersions(leg.from.at, version(below)) < 0;
            expect([starts, starts && compareVersions(leg.to.at, version(target)) >= 0]).toEqual([starts, false]);
          }
      }),
      { numRuns: runs(1_000, 20_000) },
    );
  });

  test.each([
    ["4.8.4", "6.0", ["4.8.5 or 5.0", "6.0"]],
    ["4.8.4.9", "5.0.1", ["5.0.1"]],
    ["4.8.5", "6.0", ["6.0"]],
    ["5.0.1", "6.2", ["6.2"]],
    ["6.2.7.1.960390", "7.2.3.1", ["7.2.3.1"]],
    ["6.2.7.1.960390", "7.3", ["7.0.x", "7.3"]],
    ["6.0", "8.2", ["7.0.x", "8.2"]],
    ["7.0.1", "8.2", ["8.2"]],
    ["4.0", "8.0.1", ["4.8.5 or 5.0", "7.0.x", "8.0.1"]],
    ["7.3", "7.3", []],
    ["7.3", "6.0", []],
  ])("from %s to %s it goes over %j", (from, to, stops) => {
    expect(way(from, to).map((leg) => leg.to.versions.join(" or "))).toEqual(stops);
  });

  test("what is taken to hold, and not documented, is said so; and nothing is said of agents that may not connect", () => {
    const said = JSON.stringify(pathFindings(version("6.2.1"), version("6.2.4")).map(worded));
    expect(said).toContain(
      "all of its relays together with it (the vendor requires it at 6.2.3.0, and Drydock applies it to older",
    );
    expect(said).not.toContain("may not connect");
  });

  test.each([
    ["6.0.1", "6.2.1", "together"],
    ["6.1", "6.2.3.0.99", "together"],
    ["6.2.1", "6.2.4", "all"],
    ["6.2.3.0.5", "6.2.3.1", "all"],
    ["5.0", "7.2", "all"],
    ["6.2.3.1", "7.2", "after"],
    ["5.0", "6.0.1", "after"],
    ["7.0.1", "8.2", "after"],
  ])("from %s to %s relays go %s", (from, to, relays) => {
    expect(way(from, to).map((leg) => leg.relays)).toEqual([relays]);
  });

  test("what begins on the way is told once, on the leg on which it begins", () => {
    const changes = way("6.2.1", "8.2").map((leg) => leg.changes.map(({ from }) => from));
    expect(changes).toEqual([
      ["6.2.2", "6.2.2", "7.0.2"],
      ["7.1", "7.1.1", "7.3", "8.2"],
    ]);
    expect(way("7.1.1", "7.2")[0]?.changes).toEqual([]);
  });

  test("in words: the stops first, then each of them with what to do", () => {
    const [head, first, second] = pathFindings(version("6.2.7"), version("7.3"))
      .map(worded)
      .map(({ sentence, todo, level }) =>
        [level, ...sentence, ...todo]
          .map((piece) => (typeof piece === "string" ? piece : Object.values(piece)[0]))
          .join(""),
      );
    expect(head).toContain("warnNot in one step: 6.2.7 → 7.0.x → 7.3.");
    expect(first).toContain("From 6.2.7 to 7.0.x.The server first, then its relays, then every agent. From 7.0.2 on");
    expect(second).toContain("agents that talk JMS. They cannot use Web relays");
    expect(pathFindings(version("7.1"), version("7.2")).map(({ level }) => level)).toEqual(["fine", "note"]);
  });
});

describe("agents that were not upgraded at a stop of their server", () => {
  const agents = [agentAt("6.2.7.1.5"), agentAt("7.0.4.1"), agentAt("4.8.4"), agentAt(undefined)];
  test.each([
    ["7.2.9", 0],
    ["7.3", 2],
    [undefined, 0],
  ])("on a server at %s: %i", (server, n) => {
    expect(passedStops(agents, server).flatMap((finding) => finding.agents ?? [])).toHaveLength(n);
  });
});
