import { expect, test } from "vitest";
import { createMemoryStatuses } from "../../src/adapters/memory/memory-statuses.ts";
import { slackError } from "../../src/adapters/slack/slack-error.ts";
import { cause } from "../../src/core/cause.ts";
import type { Posted, Thread } from "../../src/core/ports.ts";
import { textOf } from "../../src/core/view.ts";
import { startReporting } from "../../src/start-reporting.ts";
import { createSimSlack } from "../simulation/slack.ts";
import { SETTINGS } from "../support/side.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

async function reportingOn(thread: Partial<Thread> = {}) {
  const small = await smallServer(planOf([]));
  const slack = createSimSlack(() => 1, 0);
  let looks = 0;
  const reporting = startReporting(
    {
      ...small,
      statuses: createMemoryStatuses(small),
      servers: new Map([["prod", small.server]]),
      thread: { ...slack.thread, ...thread },
      people: { person: async () => undefined },
      channels: { look: async () => ({ shared: false, guests: false }) },
      usergroups: { members: async () => new Set<string>() },
      startNotice: () => undefined,
      waitsFor: () => undefined,
      ending: new AbortController().signal,
      onStep: () => {
        looks += 1;
      },
    },
    { ...SETTINGS, channels: { channels: [{ id: "C", shared: false, guests: false }], operationsChannel: undefined } },
  );
  return { ...small, slack, reporting, looks: () => looks };
}

/** The server of a running rollout gives no answer, and an agent of it went offline meanwhile: its thread says so. */
async function reportingInOutage() {
  const reporting = await reportingOn();
  const { clock, slack, write, projections } = reporting;
  const why = cause("recorded", { text: "it gave no answer" });
  await write("server.prod", { type: "server.away", data: { since: clock.now(), cause: why } });
  const agents = [{ id: "a", name: "a" }];
  await write("server.prod", { type: "elsewhere.doubted", data: { kind: "gap", agents } });
  await clock.advance(1_000);
  const { outages, external } = projections.server("prod");
  const [away, question] = [`prod-1/away-${outages[0]?.since}`, `prod-1/elsewhere-${external.ambiguous?.since}`];
  expect(slack.text(away)).toContain("has not answered since");
  expect(slack.text(question)).toContain("Is someone else upgrading it?");
  return { ...reporting, away, question };
}

test("what a person types makes reporting look at nothing; what happens to a rollout does", async () => {
  const { clock, write, reporting, looks } = await reportingOn();
  await clock.advance(1_000);
  const before = looks();
  await write("person.U0ALICE", { type: "person.asked", data: { command: "status", channel: "C" } });
  await clock.advance(1_000);
  expect(looks()).toBe(before);
  await write("rollout.prod-1", { type: "rollout.stopped", data: { by: "U0ALICE" } });
  await clock.advance(1_000);
  expect(looks()).toBeGreaterThan(before);
  await reporting.stop();
});

test.each([
  ["a person's press", "U0ALICE", true],
  ["what Drydock does because of a press", "drydock", true],
  ["what Drydock does by itself", "drydock", false],
])("after %s its card is drawn before others only if a person waits for it", async (_what, actor, isCalled) => {
  const edits: { readonly text: string; readonly pressed: boolean | undefined }[] = [];
  const { clock, projections, reporting } = await reportingOn({
    edit: async ({ draw, pressed }) => void edits.push({ text: textOf(draw()), pressed }),
  });
  await clock.advance(1_000);
  const paused = { type: "rollout.paused", data: { by: actor, kind: "person", causes: [] } } as const;
  const call = isCalled ? { callId: "T0.1" } : {};
  await projections.change(() => [{ stream: "rollout.prod-1", actor, ...call, events: [paused] }]);
  await clock.advance(1_000);
  const [first] = edits;
  expect([first?.text.includes("[Resume]"), first?.pressed]).toEqual([true, isCalled]);
  await reporting.stop();
});

test("a stop waits until a card that is being posted is there, but not for ever", async () => {
  const posts: ((posted: Posted) => void)[] = [];
  const { clock, rollout, reporting } = await reportingOn({
    post: () => new Promise((resolve) => posts.push(resolve)),
  });
  await clock.advance(1_000);
  expect(posts).toHaveLength(1);
  let isStopped = false;
  const stopped = reporting.stop().then(() => {
    isStopped = true;
  });
  await clock.advance(1_000);
  expect(isStopped).toBe(false);
  posts[0]?.({ channel: "C", ts: "1.0" });
  await stopped;
  expect(rollout().posts.get("card")).toMatchObject({ ts: "1.0" });

  const hung = await reportingOn({ post: () => new Promise(() => {}) });
  await hung.clock.advance(1_000);
  const ended = hung.reporting.stop();
  await hung.clock.advance(4_000);
  await ended;
});

test("a reply that Slack once did not edit is drawn again, though all else of the rollout was told", async () => {
  const { clock, slack, write, rollout, reporting } = await reportingOn();
  const serverUser = { id: "u", name: "bob" };
  await write("rollout.prod-1", {
    type: "review.opened",
    data: { by: "U0ALICE", serverUser, reason: "fire", agents: 1 },
  });
  await write("rollout.prod-1", { type: "rollout.ended", data: {} });
  await clock.advance(10_000);
  expect(slack.text("prod-1/alert")).toContain("please look at it");
  const alert = slack.messages.find(({ key }) => key === "prod-1/alert");
  slack.refuses = ({ method, ts }) => (method === "edit" && ts === alert?.posted.ts ? "internal_error" : undefined);
  await write("rollout.prod-1", { type: "review.closed", data: { by: "U0BOB", serverUser, note: "fine" } });
  await clock.advance(10_000);
  expect(slack.text("prod-1/review-closed")).toContain("closed the review");
  expect(rollout().posts.get("alert")?.stale).toBe(true);
  slack.refuses = () => undefined;
  await clock.advance(60_000);
  expect(slack.text("prod-1/alert")).toContain("Reviewed by");
  expect(rollout().posts.get("alert")?.stale).toBe(false);
  await reporting.stop();
});

test("a card that Slack once did not edit is drawn again, though all else of the rollout was told", async () => {
  const { clock, slack, write, rollout, reporting } = await reportingOn();
  const serverUser = { id: "u", name: "bob" };
  const opened = { by: "U0ALICE", serverUser, reason: "fire", agents: 1 };
  await write("rollout.prod-1", { type: "review.opened", data: opened });
  await write("rollout.prod-1", { type: "rollout.ended", data: {} });
  await clock.advance(10_000);
  expect(slack.text("prod-1/card")).toContain("Its review is open");
  const card = slack.messages.find(({ key }) => key === "prod-1/card");
  slack.refuses = ({ method, ts }) => (method === "edit" && ts === card?.posted.ts ? "internal_error" : undefined);
  await write("rollout.prod-1", { type: "review.closed", data: { by: "U0BOB", serverUser, note: "fine" } });
  await clock.advance(10_000);
  expect(slack.text("prod-1/review-closed")).toContain("closed the review");
  expect(rollout().posts.get("card")?.stale).toBe(true);
  slack.refuses = () => undefined;
  await clock.advance(60_000);
  expect(slack.text("prod-1/card")).toContain("Reviewed by");
  expect(rollout().posts.get("card")?.stale).toBe(false);
  await reporting.stop();
});

test("a denied request whose card was still being edited when it was told, and then was not, is drawn again", async () => {
  let edit: Thread["edit"] = async () => {};
  const { clock, slack, write, projections, server, reporting } = await reportingOn({
    edit: (message) => edit(message),
  });
  const asked = { plan: planOf([plannedAgent("a")]), requester: "U0ALICE", serverUser: { id: "u", name: "alice" } };
  const rules = { policy: server.policy, size: 1, needed: 1, expiresAt: clock.now() + 3_600_000, because: null };
  await write("rollout.prod-2", {
    type: "rollout.requested",
    data: { ...asked, ...rules, rollout: "prod-2", channel: "C" },
  });
  await clock.advance(10_000);
  expect(slack.text("prod-2/card")).toContain("[Approve]");
  edit = async (message) => {
    message.draw();
    await new Promise<void>((resolve) => clock.after(1_000, resolve));
    throw slackError("internal_error", "Slack refused");
  };
  await write("rollout.prod-2", { type: "rollout.denied", data: { by: "U0BOB", reason: "not today" } });
  await clock.advance(10_000);
  expect(slack.text("prod-2/closed-1")).toContain("denied prod-2: not today");
  expect(projections.rollouts.get("prod-2")?.posts.get("card")?.stale).toBe(true);
  edit = slack.thread.edit;
  await clock.advance(60_000);
  expect(slack.text("prod-2/card")).toContain("Denied by U0BOB");
  expect(slack.text("prod-2/card")).not.toContain("[Approve]");
  await reporting.stop();
});

test("an outage that is over, and a question that is answered, claim no start of upgrades in the thread of a paused rollout", async () => {
  const { clock, slack, write, reporting, away, question } = await reportingInOutage();
  await write("rollout.prod-1", { type: "rollout.paused", data: { by: "U0ALICE", kind: "person", causes: [] } });
  await write("server.prod", { type: "server.back", data: {} }, { type: "elsewhere.dismissed", data: { by: "U0BOB" } });
  await clock.advance(1_000);
  expect(slack.text(away)).toContain("answers again");
  expect(slack.text(question)).toContain("no one else upgrades");
  for (const key of [away, question]) expect(slack.text(key)).not.toContain("start");
  await reporting.stop();
});

test("an outage and a question that are over are corrected, also after others followed while Slack edited nothing", async () => {
  const { clock, slack, write, reporting, away, question } = await reportingInOutage();
  slack.refuses = ({ method }) => (method === "edit" ? "internal_error" : undefined);
  const over = async () => {
    const asked = { type: "elsewhere.dismissed", data: { by: "U0BOB" } } as const;
    await write("server.prod", { type: "server.back", data: {} }, asked);
    await clock.advance(10_000);
  };
  await over();
  const why = cause("recorded", { text: "it gave no answer" });
  await write("server.prod", { type: "server.away", data: { since: clock.now(), cause: why } });
  await write("server.prod", { type: "elsewhere.doubted", data: { kind: "gap", agents: [{ id: "b", name: "b" }] } });
  await clock.advance(10_000);
  await over();
  expect(slack.text(away)).toContain("has not answered since");
  slack.refuses = () => undefined;
  await clock.advance(60_000);
  expect(slack.text(away)).toContain("answers again");
  expect(slack.text(question)).toContain("no one else upgrades");
  await reporting.stop();
});

test("the thread of a rollout that ended in an outage claims neither that it lasts, nor that an answer is waited for", async () => {
  const { clock, slack, write, reporting, away, question } = await reportingInOutage();
  await write("rollout.prod-1", { type: "rollout.ended", data: {} });
  await clock.advance(1_000);
  expect(slack.text("prod-1/end")).toBeDefined();
  expect(slack.text(away)).toMatch(/prod did not answer from .* until this rollout ended\.$/);
  expect(slack.text(question)).toContain("ended before Drydock knew");
  // Nothing edits them later, so what they say has to stay true.
  const left = [slack.text(away), slack.text(question)];
  await write("server.prod", { type: "server.back", data: {} });
  await clock.advance(60_000);
  expect([slack.text(away), slack.text(question)]).toEqual(left);
  await reporting.stop();
});

test("a rollout that ends while it is paused shows no pause in its result, and asks for no Resume", async () => {
  const { clock, slack, write, reporting } = await reportingOn();
  const causes = [cause("recorded", { text: "2 of 10 agents failed" })];
  await write("rollout.prod-1", { type: "rollout.paused", data: { by: "drydock", kind: "breaker", causes } });
  await clock.advance(1_000);
  expect(slack.text("prod-1/card")).toContain("paused itself: 2 of 10 agents failed");
  expect(slack.text("prod-1/halt-1")).toContain("Stop ends the rollout.");
  await write("rollout.prod-1", { type: "rollout.ended", data: {} });
  await clock.advance(1_000);
  expect(slack.text("prod-1/end")).toBeDefined();
  expect(slack.text("prod-1/card")).not.toMatch(/⏸|paused|in flight/);
  expect(slack.text("prod-1/halt-1")).toContain("The rollout has ended");
  expect(slack.text("prod-1/halt-1")).not.toContain("Stop ends the rollout.");
  await reporting.stop();
});
