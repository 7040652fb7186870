import { expect, test } from "vitest";
import { createPendingStops } from "../../../src/conversation/pending-stops.ts";
import { cause } from "../../../src/core/cause.ts";
import { UserError } from "../../../src/core/user-error.ts";
import { askingLines } from "../../../src/features/approval/asking-view.ts";
import { createPlans } from "../../../src/features/plan/plans.ts";
import { versionEvents } from "../../../src/features/rollout/decide-due-rollouts.ts";
import { begin, decideResume } from "../../../src/features/rollout/decide-start.ts";
import { PAUSE } from "../../../src/features/rollout/halts.ts";
import { createProceeder } from "../../../src/features/rollout/proceeder.ts";
import { createReadRest } from "../../../src/features/rollout/read-rest.ts";
import { writeHalt } from "../../../src/features/rollout/write-halt.ts";
import { ServerError, type UrbanCode } from "../../../src/model/deploy-server.ts";
import type { StoredEvent } from "../../../src/model/events.ts";
import { askAgain } from "../../../src/model/rollout/ask-again.ts";
import type { RolloutEvent } from "../../../src/model/rollout/rollout-events.ts";
import { keepLog } from "../../support/silent-log.ts";
import { smallServer } from "../../support/small-server.ts";
import { today } from "../../support/today.ts";
import { plannedAgent, planOf } from "../../support/upgrades.ts";

const MINUTE = 60_000;

/** A rollout that has its approval, on a server that does not answer. */
async function approvedInAnOutage() {
  const plan = planOf([plannedAgent("a")]);
  const small = await smallServer(plan, { approvals: 1 });
  const { projections, clock, identities, authorize, server } = small;
  const by = { person: "U0ALICE", user: { id: "u", name: "alice" } };
  const { policy } = server;
  await small.write(
    "rollout.prod-2",
    begin({ rollout: "prod-2", plan, by, channel: "C", size: 1, ...today(policy, clock.now()) }),
    {
      type: "rollout.approved",
      data: { by: "U0BOB", serverUser: { id: "u-bob", name: "bob" }, round: 1, hash: plan.hash },
    },
  );
  const { list } = server.urbancode;
  server.urbancode.listInactive = async () => [];
  let tries = 0;
  server.urbancode.list = () => {
    tries += 1;
    return Promise.reject(new ServerError("unreachable", "prod gave no answer"));
  };
  const log = keepLog();
  const plans = createPlans({ projections, authorize, clock });
  const readApprovers = async () => ({ approvers: [], lost: [] });
  const proceeder = createProceeder({
    projections,
    plans,
    readRest: createReadRest({ projections, plans, identities, readApprovers }),
    readApprovers,
    refuseHopeless: async () => undefined,
    clock,
    log,
  });
  return {
    small,
    policy,
    said: log.said,
    status: () => projections.rollouts.get("prod-2")?.status,
    tries: () => tries,
    waits: () => proceeder.waitsFor("prod-2"),
    answer: (how: UrbanCode["list"] = list) => {
      server.urbancode.list = how;
    },
    async wait(ms: number) {
      for (const end = clock.now() + ms; clock.now() < end; await clock.advance(5_000)) {
        proceeder.run(server);
        await proceeder.idle();
      }
    },
  };
}

test("what is approved is tried again every half minute of an outage, which is said once, and starts when it is over", async () => {
  const outage = await approvedInAnOutage();
  await outage.wait(5 * MINUTE);
  expect([outage.status(), outage.tries()]).toEqual(["requested", 10]);
  expect(outage.said).toEqual([
    'what is approved waits for an answer {"rollout":"prod-2","reason":"prod gave no answer"}',
  ]);
  outage.answer();
  await outage.wait(MINUTE);
  expect(outage.status()).toBe("running");
});

test("a defect does not fill the log, and nothing is tried at every step because of it", async () => {
  const outage = await approvedInAnOutage();
  let tries = 0;
  outage.answer(() => {
    tries += 1;
    return Promise.reject(new Error("a defect"));
  });
  await outage.wait(5 * MINUTE);
  expect(tries).toBe(10);
  expect(outage.said).toEqual(['an approved rollout could not start or resume {"rollout":"prod-2","error":{}}']);
});

test("a rollout that a person stops while its approval is carried out stays stopped", async () => {
  const outage = await approvedInAnOutage();
  const { small, policy } = outage;
  const rollout = () => small.projections.rollouts.get("prod-2");
  outage.answer();
  await outage.wait(MINUTE);
  await small.write("rollout.prod-2", { type: "rollout.paused", data: { by: "U0ALICE", kind: "person", causes: [] } });
  const paused = rollout();
  if (!paused) throw new Error("It was written down.");
  const by = { person: "U0ALICE", user: { id: "u", name: "alice" } };
  const asked = askAgain(paused, today(policy, small.clock.now()), [], by);
  await small.write("rollout.prod-2", asked, {
    type: "rollout.approved",
    data: { by: "U0BOB", serverUser: { id: "u-bob", name: "bob" }, round: 2, hash: paused.plan.hash },
  });
  // The rights are being read when the person presses Stop.
  const { version } = small.server.urbancode;
  small.server.urbancode.version = async (signal) => {
    await small.write("rollout.prod-2", { type: "rollout.stopped", data: { by: "U0CAROL" } });
    return version(signal);
  };
  await outage.wait(10_000);
  expect([rollout()?.status, rollout()?.stoppedBy, rollout()?.pauses]).toEqual(["stopping", "U0CAROL", 1]);
});

test.each<[string, Extract<RolloutEvent, { readonly type: "rollout.paused" }>["data"]]>([
  ["a person's press", { by: "U0CAROL", kind: "person", causes: [] }],
  [
    "its circuit breaker",
    { by: "drydock", kind: "breaker", causes: [cause("recorded", { text: "Two agents failed." })] },
  ],
])("a pause by %s outlasts the approval of the server's new version: a person resumes it", async (_what, pause) => {
  const outage = await approvedInAnOutage();
  const { small, policy } = outage;
  const rollout = () => {
    const now = small.projections.rollouts.get("prod-2");
    if (!now) throw new Error("It was written down.");
    return now;
  };
  outage.answer();
  await outage.wait(MINUTE);
  await small.write("rollout.prod-2", { type: "rollout.paused", data: pause });
  small.server.urbancode.version = async () => "9";
  // The poller reads the version of the server.
  await small.write("rollout.prod-2", ...versionEvents(rollout(), today(policy, small.clock.now()), "9"));
  const { round = 0, hash = "" } = rollout().request ?? {};
  expect([round, rollout().plan.serverVersion]).toEqual([2, "9"]);
  const bob = { by: "U0BOB", serverUser: { id: "u-bob", name: "bob" } };
  await small.write("rollout.prod-2", { type: "rollout.approved", data: { ...bob, round, hash } });
  await outage.wait(MINUTE);
  expect(rollout().status).toBe("paused");
  expect(rollout().pause).toMatchObject(pause);
  expect(JSON.stringify(askingLines(rollout(), policy))).toContain("stays paused until a person presses Resume");
  expect(versionEvents(rollout(), today(policy, small.clock.now()), "9")).toEqual([]);

  const by = { person: "U0ALICE", user: { id: "u", name: "alice" } };
  const given = { by, ...today(policy, small.clock.now()), typed: true, serverVersion: "9", lost: [] };
  const decision = decideResume(rollout(), given);
  await small.write("rollout.prod-2", ...("events" in decision ? decision.events : []));
  expect([rollout().status, rollout().plan.serverVersion]).toEqual(["running", "9"]);
});

test("Pause holds a rollout that waits for approval to resume: after the approval a person resumes it", async () => {
  const outage = await approvedInAnOutage();
  const { small, policy } = outage;
  const { projections, clock, log } = small;
  const rollout = () => projections.rollouts.get("prod-2");
  outage.answer();
  await outage.wait(MINUTE);
  const running = rollout();
  if (!running) throw new Error("It was written down.");
  await small.write("rollout.prod-2", ...versionEvents(running, today(policy, clock.now()), "9"));
  small.server.urbancode.version = async () => "9";

  const pendingStops = createPendingStops({ projections, clock, log });
  const pause = () => writeHalt(PAUSE, [running], { actor: "U0CAROL" }, { projections, pendingStops });
  expect((await pause()).map(({ id }) => id)).toEqual(["prod-2"]);
  expect(await pause()).toEqual([]);
  const { round = 0, hash = "" } = rollout()?.request ?? {};
  const bob = { by: "U0BOB", serverUser: { id: "u-bob", name: "bob" } };
  await small.write("rollout.prod-2", { type: "rollout.approved", data: { ...bob, round, hash } });
  await outage.wait(MINUTE);
  expect([rollout()?.status, rollout()?.pause?.by]).toEqual(["paused", "U0CAROL"]);
});

test("Drydock, and not the requester, resumes what a second person approved", async () => {
  const outage = await approvedInAnOutage();
  const { small, policy } = outage;
  const rollout = () => small.projections.rollouts.get("prod-2");
  outage.answer();
  await outage.wait(MINUTE);
  await small.write("rollout.prod-2", { type: "rollout.paused", data: { by: "drydock", kind: "policy", causes: [] } });
  const paused = rollout();
  if (!paused) throw new Error("It was written down.");
  const by = { person: "U0ALICE", user: { id: "u", name: "alice" } };
  await small.write("rollout.prod-2", askAgain(paused, today(policy, small.clock.now()), [], by), {
    type: "rollout.approved",
    data: { by: "U0BOB", serverUser: { id: "u-bob", name: "bob" }, round: 2, hash: paused.plan.hash },
  });
  const written: StoredEvent[] = [];
  small.projections.onChange((events) => written.push(...events));
  await outage.wait(10_000);
  expect([rollout()?.status, rollout()?.owner]).toEqual(["running", "U0ALICE"]);
  const resumed = written.find(({ type }) => type === "rollout.continued");
  expect(resumed).toMatchObject({ actor: "drydock", data: { by: "U0ALICE" } });
});

test("a denial by Drydock names the approval's call, so that its card is drawn at once", async () => {
  const { small, answer, wait } = await approvedInAnOutage();
  const { hash } = small.projections.rollouts.get("prod-2")?.plan ?? {};
  if (hash === undefined) throw new Error("It was asked for.");
  const by = { by: "U0CAROL", serverUser: { id: "u-carol", name: "carol" } };
  const approved = { type: "rollout.approved", data: { ...by, round: 1, hash } } as const;
  const press = { stream: "rollout.prod-2", actor: "U0CAROL", callId: "T0.1", events: [approved] };
  await small.projections.change(() => [press]);
  const written: StoredEvent[] = [];
  small.projections.onChange((events) => written.push(...events));
  answer(() => Promise.reject(new UserError("no-permission", "alice may not upgrade any agent.")));
  await wait(MINUTE);
  expect(written.filter(({ type }) => type === "rollout.denied")).toMatchObject([{ actor: "drydock", callId: "T0.1" }]);
});

test("what waits for an answer when a person pauses it waits for that person, and for no answer", async () => {
  const outage = await approvedInAnOutage();
  const { small, policy } = outage;
  const rollout = () => small.projections.rollouts.get("prod-2");
  outage.answer();
  await outage.wait(MINUTE);
  const running = rollout();
  if (!running) throw new Error("It was written down.");
  await small.write("rollout.prod-2", ...versionEvents(running, today(policy, small.clock.now()), "9"));
  const { round = 0, hash = "" } = rollout()?.request ?? {};
  const bob = { by: "U0BOB", serverUser: { id: "u-bob", name: "bob" } };
  await small.write("rollout.prod-2", { type: "rollout.approved", data: { ...bob, round, hash } });
  outage.answer(() => Promise.reject(new ServerError("unreachable", "prod gave no answer")));
  await outage.wait(10_000);
  expect(outage.waits()).toBe("It waits: prod gave no answer");
  await small.write("rollout.prod-2", { type: "rollout.paused", data: { by: "U0CAROL", kind: "person", causes: [] } });
  await outage.wait(10_000);
  expect([rollout()?.status, outage.waits()]).toEqual(["paused", undefined]);
});
