import { expect, test } from "vitest";
import { agentsPart } from "../../../src/features/audit/report/agents-part.ts";
import type { Upgrade } from "../../../src/model/upgrade/upgrade.ts";
import { attemptOf, plannedAgent, planOf } from "../../support/upgrades.ts";

const AGENT = plannedAgent("web-1", { version: "6.2.7" });
const [OLD, NEW] = ["6.2.7", "8.1"];

/** The result and the version of the agent, as the page has them. */
function cellsOf(attempts: readonly Upgrade[], isEnding = false): readonly (string | undefined)[] {
  const collected = { isEnding, attempts: new Map([[AGENT.id, attempts]]), streams: new Map(), names: new Map() };
  const { text } = agentsPart(planOf([AGENT]), collected);
  return ["Result", "Version"].map((label) =>
    new RegExp(`data-label="${label}"[^>]*>(.*?)</td>`).exec(text)?.[1]?.replace(/<[^>]+>/g, ""),
  );
}

const seen = (version: string) => ({ from: OLD, last: { status: "online", version } as const });
const putBack = { from: OLD, postponed: { at: 0, wait: 1, text: "503" }, holdsSlot: false };

test.each<[string, readonly Upgrade[], readonly string[]]>([
  ["whose turn is to come", [], ["waiting", OLD]],
  ["that is upgraded", [attemptOf(AGENT, "verified", seen(NEW))], ["upgraded", `${OLD} to ${NEW}`]],
  [
    "that is upgraded in its second attempt",
    [attemptOf(AGENT, "back-old", seen(OLD)), attemptOf(AGENT, "verified", { ...seen(NEW), attempt: 2 })],
    ["upgraded", `${OLD} to ${NEW}`],
  ],
  [
    "that another person upgraded",
    [attemptOf(AGENT, "elsewhere", { from: NEW })],
    ["upgraded by another person", `${OLD} to ${NEW}`],
  ],
  [
    "that the server refused to upgrade, and that is upgraded",
    [
      attemptOf(AGENT, "verified", {
        ...seen(NEW),
        recoveredFrom: { kind: "refused", detail: null, at: 0, position: 1 },
      }),
    ],
    ["upgraded outside this rollout", `${OLD} to ${NEW}`],
  ],
  ["that the server has put off", [attemptOf(AGENT, undefined, { ...putBack, holdsSlot: true })], ["put off", OLD]],
  ["that waits for its turn again", [attemptOf(AGENT, undefined, putBack)], ["waiting", OLD]],
  [
    "that waits for its retry again",
    [attemptOf(AGENT, "still-wanted", seen("7.0")), attemptOf(AGENT, undefined, { ...putBack, attempt: 2 })],
    ["came back at another version, which still needs the upgrade", `${OLD} to 7.0`],
  ],
])("the audit page of an agent %s", (_what, attempts, cells) => {
  expect(cellsOf(attempts)).toEqual(cells);
});

test("of a rollout that begins no more, no agent waits", () => {
  expect(cellsOf([], true)).toEqual(["not begun", OLD]);
  expect(cellsOf([attemptOf(AGENT, undefined, putBack)], true)).toEqual(["not begun", OLD]);
});
