import { expect, test } from "vitest";
import type { NewEvent } from "../../../src/model/events.ts";
import { pageOf, readText, stored, timelineOf } from "./read-report.ts";
import { ALICE, createWriter, POLICY } from "./written-ledger.ts";

const { writer, page } = scheduledRollout();

/** Alice asks for it and schedules it, Bob approves it, and an hour later it starts. */
function scheduledRollout() {
  const one = createWriter();
  one.rules();
  one.started("prod-1", 1);
  const [rules, asked, approved, start] = one.writes;
  if (!rules || !asked || !approved || !start) throw new Error("The rollout did not start.");
  const scheduled: NewEvent = { type: "rollout.scheduled", data: { at: Date.UTC(2026, 10, 24, 23), by: ALICE.person } };
  const later = start.events.map((event) => ({ ...event, at: Date.UTC(2026, 10, 24, 23) }));
  one.writes.splice(2, 2);
  one.write("rollout.prod-1", scheduled);
  one.writes.push(approved, { ...start, events: later });
  return { writer: one, page: pageOf(stored(one.writes), "prod-1") };
}

test("a report tells when a rollout was asked for, and when it began", () => {
  const facts = readText(page).filter((line) => /^(Asked for|Began|Ended) /.test(line));
  expect(facts).toEqual(["Asked for 2026-11-24 22:02:00 UTC", "Began 2026-11-24 23:00:00 UTC", "Ended not over"]);
});

test("a request that did not start has not begun, and a rollout without a request was not asked for", () => {
  const events = stored(writer.writes);
  const factsOf = (some: typeof events) =>
    readText(pageOf(some, "prod-1")).filter((line) => /^(Asked for|Began) /.test(line));
  expect(factsOf(events.slice(0, 3))).toEqual(["Asked for 2026-11-24 22:02:00 UTC", "Began not begun"]);
  const direct = events.filter(({ type }) => type === "rollout.started");
  expect(factsOf(direct)).toEqual(["Began 2026-11-24 23:00:00 UTC"]);
});

test("Drydock, and not the requester, starts what was asked for", () => {
  const starts = (text: string) => timelineOf(text).filter((line) => line.includes(" started "));
  expect(starts(page)).toEqual(["Drydock started 1 agent for alice U0ALICE , as scheduled | Reason: patch night"]);
  const unscheduled = stored(writer.writes).filter(({ type }) => type !== "rollout.scheduled");
  expect(starts(pageOf(unscheduled, "prod-1"))).toEqual([
    "Drydock started 1 agent for alice U0ALICE , after the approvals | Reason: patch night",
  ]);
});

test("a command is said to be typed once, and what Drydock asks again is asked by Drydock", () => {
  const again = createWriter();
  again.rules();
  again.started("prod-1", 3);
  const typed = stored(again.writes).map((event) =>
    event.type === "rollout.requested" ? { ...event, data: { ...event.data, typed: "upgrade-required" } } : event,
  );
  const [rules, asked] = typed;
  if (!rules || asked?.type !== "rollout.requested") throw new Error("Nothing was asked for.");
  const second = { ...asked, position: 3, seq: 2, data: { ...asked.data, because: [] } };
  const lines = timelineOf(pageOf([rules, asked, second], "prod-1"));
  expect(lines).toEqual([
    "alice U0ALICE asked for approval of 3 agents (1 approval required) | Reason: patch night | Typed: upgrade-required",
    "Drydock asked again for approval of 3 agents (1 approval required) | Reason: patch night",
  ]);
});

test("who asks again is told by the call, and the requester by the request, whoever wrote it", () => {
  const again = createWriter();
  again.rules();
  again.started("prod-1", 3);
  const [rules, asked] = stored(again.writes);
  if (!rules || asked?.type !== "rollout.requested") throw new Error("Nothing was asked for.");
  const first = { ...asked, actor: ALICE.person, callId: "T0.1" };
  const askedAgain = (actor: string, callId?: string) => {
    const second = { ...asked, position: 3, seq: 2, actor, data: { ...asked.data, because: [] } };
    const page = pageOf([rules, first, callId === undefined ? second : { ...second, callId }], "prod-1");
    return timelineOf(page).at(-1)?.split(" asked again ")[0];
  };
  expect(askedAgain("drydock", "T0.1")).toBe("Drydock");
  expect(askedAgain("drydock")).toBe("Drydock");
  // As older versions wrote it.
  expect(askedAgain(ALICE.person, "T0.1")).toBe("Drydock");
  expect(askedAgain(ALICE.person)).toBe("Drydock");
  // She moved its start.
  expect(askedAgain(ALICE.person, "T0.2")).toBe("alice U0ALICE");
});

test("the requester is who started it, also if Drydock asks for approval later", () => {
  const direct = createWriter();
  direct.rules();
  direct.started("prod-1", 3);
  direct.askedAgain("prod-1", { freeze: null, window: null });
  const [rules, , , start, again] = stored(direct.writes);
  if (!rules || !start || !again) throw new Error("It did not start.");
  const events = [rules, { ...start, actor: ALICE.person }, again];
  const facts = readText(pageOf(events, "prod-1")).filter((line) => /^(Requester|Asked for|Began) /.test(line));
  expect(facts).toEqual(["Requester alice U0ALICE", "Began 2026-11-24 22:04:00 UTC"]);
});

test("a rollout that an approval resumes is not said to be resumed by a person", () => {
  const resumed = createWriter();
  resumed.rules();
  resumed.started("prod-1", 3);
  const by = { by: ALICE.person, serverUser: ALICE.user, policy: POLICY };
  resumed.write("rollout.prod-1", { type: "rollout.continued", data: by });
  const events = stored(resumed.writes);
  const lastOf = (actor: string, call: string) => {
    const called = events.map((event) => {
      if (event.type === "rollout.approved") return { ...event, callId: "T0.1" };
      return event.type === "rollout.continued" ? { ...event, actor, callId: call } : event;
    });
    return timelineOf(pageOf(called, "prod-1")).at(-1);
  };
  const byDrydock = "Drydock resumed it for alice U0ALICE , after the approvals";
  expect(lastOf("drydock", "T0.1")).toBe(byDrydock);
  // As older versions wrote it.
  expect(lastOf(ALICE.person, "T0.1")).toBe(byDrydock);
  expect(lastOf(ALICE.person, "T0.2")).toBe("alice U0ALICE resumed it, and owns it from here on");
});
