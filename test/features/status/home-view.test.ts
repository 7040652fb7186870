import { describe, expect, test } from "vitest";
import { drawParts } from "../../../src/adapters/slack/to-message.ts";
import { textOf } from "../../../src/core/view.ts";
import { type HomeRollout, type HomeServer, homeView } from "../../../src/features/status/home-view.ts";
import { foldProgress } from "../../../src/model/rollout/progress.ts";
import { policyWith } from "../../support/policy.ts";
import { plannedAgent, planOf, rolloutOf } from "../../support/upgrades.ts";

const EMPTY = { approvals: [], offers: [], reviews: [], underWay: [], scheduled: [], servers: [] };
const ONE: HomeRollout = {
  rollout: rolloutOf(planOf([plannedAgent("a")])),
  policy: policyWith(),
  progress: foldProgress({ total: 1, upgrades: [], stopping: false, retried: () => false }),
  url: "https://slack.example/card",
};
const server = (name: string, blocked: number): HomeServer => ({
  name,
  summary: { kind: "read", blocked, all: 20, counts: "20 agents", found: undefined },
  state: [["Slots in use: 0 of 10."]],
  access: { line: ["you are bob"], isCounted: true },
});

describe("a person's page", () => {
  test("says so if nothing waits and nothing runs", () => {
    const text = textOf(homeView(EMPTY));
    for (const part of ["Nothing waits for you.", "No rollout is under way."]) expect(text).toContain(part);
  });

  test("links a rollout, and draws its bar", () => {
    const view = homeView({ ...EMPTY, underWay: [ONE], servers: [server("prod", 15)] });
    expect(textOf(view)).toMatch(/░{20} 0%/);
    expect(JSON.stringify(view)).toContain('{"label":"prod-1","url":"https://slack.example/card"}');
    expect(JSON.stringify(view)).toContain('"label":"Plan the 15"');
  });

  test("links what was offered to the person, and the reviews that are open", () => {
    const offer = { n: 1, by: "U0ALICE", to: "U0BOB", expiresAt: 60_000, from: undefined, over: undefined };
    const review = { by: { person: "U0ALICE" }, agents: 1, reason: "fire", closed: undefined, reminders: 0 };
    const offered = { ...ONE, rollout: { ...ONE.rollout, offer } as HomeRollout["rollout"] };
    const reviewed = { ...ONE, rollout: { ...ONE.rollout, review } as HomeRollout["rollout"] };
    for (const home of [{ offers: [offered] }, { reviews: [reviewed] }])
      expect(JSON.stringify(homeView({ ...EMPTY, ...home }))).toContain(
        '{"label":"prod-1","url":"https://slack.example/card"}',
      );
    expect(textOf(homeView({ ...EMPTY, offers: [offered] }))).toContain("offers you prod-1: 1 agent on prod.");
    const second = { ...reviewed, rollout: { ...reviewed.rollout, id: `${"s".repeat(20)}-100000` } };
    const labels = textOf(homeView({ ...EMPTY, reviews: [reviewed, second] })).match(/Close review[^\]]*/g);
    expect(labels).toEqual(["Close review of prod-1", `Close review of ${second.rollout.id}`]);
    expect(labels?.every((label) => label.length <= 75)).toBe(true);
  });

  test("names the person who asks, and not the owner of the rollout that they want to resume", () => {
    const request = { requester: { person: "U0DAVE", user: { id: "u-dave", name: "dave" } } };
    const asked = { ...ONE, rollout: { ...ONE.rollout, status: "paused", request } as HomeRollout["rollout"] };
    expect(textOf(homeView({ ...EMPTY, approvals: [asked] }))).toContain("1 agent on prod, asked for by U0DAVE.");
  });

  test("offers to count the agents of a person that the page did not count", () => {
    const uncounted = { ...server("prod", 0), access: { line: ["you are bob"], isCounted: false } };
    const counts = (...servers: HomeServer[]) =>
      JSON.stringify(homeView({ ...EMPTY, servers })).includes('"label":"Count my agents","command":"whoami"');
    expect([counts(server("prod", 0)), counts(server("prod", 0), uncounted)]).toEqual([false, true]);
  });

  test("fits into the 100 blocks that Slack shows, however much there is, and says how much more", () => {
    const many = Array.from({ length: 40 }, () => ONE);
    const servers = Array.from({ length: 40 }, (_, i) => server(`s-${i}`, 1));
    const full = { approvals: many, offers: many, reviews: many, underWay: many, scheduled: many, servers };
    const view = homeView(full);
    // Each part is one block at most, as short as these are.
    expect(view.parts.length).toBeLessThanOrEqual(100);
    expect(drawParts(view.parts, 1_000).length).toBeLessThanOrEqual(view.parts.length);
    expect(textOf(view).match(/And 33 more\./g)).toHaveLength(6);
  });
});
