import { expect, test } from "vitest";
import { cause } from "../../../src/core/cause.ts";
import type { NewEvent } from "../../../src/model/events.ts";
import { pageOf, readText, stored, timelineOf } from "./read-report.ts";
import { createWriter } from "./written-ledger.ts";

type Step = readonly [agent: number, event: NewEvent];

/** A rollout of these many agents, and what then happened to them, an event a minute. */
function pageWith(agents: number, ...steps: readonly (number | Step)[]): string {
  const writer = createWriter();
  writer.rules();
  writer.started("prod-1", agents);
  for (const step of steps)
    if (typeof step === "number") writer.intended("prod-1", step);
    else writer.write(`upgrade.prod-1.prod-1-a${step[0]}.1`, step[1]);
  return pageOf(stored(writer.writes), "prod-1");
}

const ended = (outcome: "verified" | "refused" | "never-back"): NewEvent => ({
  type: "upgrade.outcome",
  data: { outcome, detail: null, holdsSlot: false },
});
const seen = (status: "offline" | "error" | "online"): NewEvent => ({
  type: "upgrade.observed",
  data: { status, version: status === "online" ? "8" : "7.0" },
});
const corrected = (rollout?: string): NewEvent => ({
  type: "upgrade.corrected",
  data: {
    outcome: "verified",
    detail: rollout ? cause("upgraded-by-rollout", { rollout, version: "8" }) : cause("at-version", { version: "8" }),
  },
});
const skipped = (agent: number, elsewhere: boolean): Step => {
  const data = { rollout: "prod-1", server: "prod", attempt: 1, from: "8", why: cause("at-version", { version: "8" }) };
  const ref = { id: `prod-1-a${agent}`, name: `web-${agent}` };
  return [
    agent,
    { type: "upgrade.skipped", data: { ...data, agent: ref, ...(elsewhere ? { elsewhere: true as const } : {}) } },
  ];
};
const agentLine = (page: string, name: string) => readText(page).find((line) => line.startsWith(name));

test("the timeline's numbers tell upgrades of others from what was left out, and corrections from ends", () => {
  const page = pageWith(
    6,
    ...[0, 1, 2],
    [0, ended("verified")],
    [1, ended("refused")],
    [2, ended("never-back")],
    skipped(3, true),
    skipped(4, false),
    [2, corrected()],
    [1, corrected("prod-2")],
  );
  expect(timelineOf(page).at(-1)).toContain(
    "Drydock requested upgrades: 3 began, 1 done, 2 failed, 1 upgraded by others, 1 left out, 1 upgraded after all, 1 upgraded by another rollout after all",
  );
  expect(readText(page)).toContain("Result 4 of 6 upgraded, 2 of them outside this rollout");
});

test("an agent that was in error is not said to have been offline, and what came after the end is said after it", () => {
  const page = pageWith(2, 0, [0, seen("error")], [0, seen("offline")], [0, ended("never-back")], [0, seen("online")]);
  expect(agentLine(page, "web-0")).toMatch(
    /began 2026-11-24 22:05:00 UTC, in error 22:06:00, offline 22:07:00: went offline and did not come back in time \(22:08:00\); then back 22:09:00$/,
  );
});

test("an answer that leaves it open whether the server accepted the request is shown", () => {
  const text = "502 <html>Bad Gateway</html>";
  const page = pageWith(
    1,
    0,
    [0, { type: "upgrade.uncertain", data: { text, code: "not-the-api" } }],
    [0, { type: "upgrade.extended", data: { restarts: 1 } }],
  );
  expect(timelineOf(page).at(-1)).toContain("1 began, 1 without a clear answer");
  expect(agentLine(page, "web-0")).toContain(`no clear answer 22:06:00: ${text} , deadline extended after a restart`);
});

test("a deadline that is extended after the end is not said to be one of the upgrade", () => {
  const page = pageWith(1, 0, [0, ended("verified")], [0, { type: "upgrade.extended", data: { restarts: 1 } }]);
  expect(agentLine(page, "web-0")).not.toContain("deadline");
});
