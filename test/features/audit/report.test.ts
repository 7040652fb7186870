import { beforeAll, expect, test } from "vitest";
import { lineText } from "../../../src/core/view.ts";
import { rolloutEntry } from "../../../src/features/audit/report/rollout-entry.ts";
import type { StoredEvent } from "../../../src/model/events.ts";
import { eventfulWorld } from "./eventful-world.ts";
import { pageOf, readText, timelineOf } from "./read-report.ts";

let events: readonly StoredEvent[] = [];
let page = "";
beforeAll(async () => {
  const world = await eventfulWorld();
  events = await world.ledger.since(0, 100_000);
  page = pageOf(events, "prod-1");
});

test("a page tells who did what and why: approval, breaker, retry, freeze and handover", () => {
  const lines = readText(page);
  expect(timelineOf(page).filter((line) => !line.includes("upgrades: "))).toMatchInlineSnapshot(`
    [
      "alice U0ALICE asked for approval of 14 agents (1 approval required) | Reason: patch night <script>alert(1)</script> | Typed: upgrade-required --reason "patch night <script>alert(1)</script>"",
      "bob U0BOB approved it",
      "Drydock started 14 agents for alice U0ALICE , after the approvals | Reason: patch night <script>alert(1)</script>",
      "Drydock paused it: the circuit breaker opened | 2 agents failed for the same reason (limit 2): the server refused the upgrade.",
      "alice U0ALICE asked Drydock to retry 2 agents",
      "carol U0CAROL froze the server | release night",
      "alice U0ALICE offered it to dave U0DAVE",
      "dave U0DAVE accepted it from alice U0ALICE , and owns it from here on",
      "dave U0DAVE resumed it, and owns it from here on",
      "carol U0CAROL ended the freeze of the server",
      "Drydock ended it after 6 min",
    ]
  `);
  expect(lines.filter((line) => line.includes("of 14 upgraded"))).toEqual(["Result 13 of 14 upgraded, 1 failed"]);
  expect(
    lines.filter((line) => /^(proven|not recorded|finding) /.test(line)).map((line) => line.split(" ")[0]),
  ).toEqual(Array(10).fill("proven"));
});

test("beside each claim is what proves it: who was read, by which id, and how long before", () => {
  const lines = readText(page);
  const rows = lines.slice(lines.indexOf("Claims") + 1, lines.indexOf("Timeline")).filter((line) => line !== "");
  expect(rows).toMatchInlineSnapshot(`
    [
      "proven No upgrade began unrecorded, twice, or while 10 were in flight Longest from the record to the server's answer: less than 1 s, at row 22.",
      "Proven at 30 events.",
      "proven No upgrade began while all slots of policy or plan were taken Proven at 16 events.",
      "proven It had the approvals that the policy required Proven at 17 events.",
      "17 events: bob U0BOB as user id-bob could approve, read less than 1 s to 4 min before.",
      "proven No approver had asked for it or owned it, unless the policy allows that Proven at 1 event.",
      "nothing to check An approver who had never owned it reviewed the emergency",
      "proven Only agents of the approved plan were upgraded Proven at 17 events.",
      "proven No upgrade began in a freeze Proven at 16 events.",
      "16 upgrades: the server was not frozen.",
      "proven No upgrade began outside a maintenance window Proven at 16 events.",
      "16 upgrades: the server had no maintenance windows.",
      "proven No upgrade began while it was paused, stopped or over Proven at 16 events.",
      "proven Requesters, owners and approvers held their rights when they pressed Proven at 5 events.",
      "Row 6, request: alice U0ALICE as user id-alice lacked no permission, read less than 1 s before.",
      "Row 14, approval: bob U0BOB as user id-bob could approve, read less than 1 s before.",
      "Row 18, start: alice U0ALICE as user id-alice lacked no permission, read less than 1 s before.",
      "Row 69, handover: dave U0DAVE as user id-dave lacked no permission, read less than 1 s before.",
      "Row 72, resume: dave U0DAVE as user id-dave lacked no permission, read less than 1 s before.",
      "proven The owner held the rights at each upgrade Proven at 16 events.",
      "7 upgrades: alice U0ALICE as user id-alice lacked no permission, read less than 1 s before.",
      "9 upgrades: dave U0DAVE as user id-dave lacked no permission, read less than 1 s before.",
    ]
  `);
});

test("a time has its day where it is not the day of the beginning", () => {
  const first = events.findIndex(({ type }) => type === "upgrade.outcome");
  const later = events.map((event, i) => (i < first ? event : { ...event, at: event.at + 24 * 3_600_000 }));
  const lines = readText(pageOf(later, "prod-1"));
  const batch = lines.find((line) => line.includes("requested upgrades: "));
  expect(batch).toMatch(/^2026-11-24 22:[\d:]+ to 2026-11-25 22:[\d:]+ UTC /);
  expect(lines.find((line) => line.includes("web-1 upgraded"))).toMatch(
    /began 2026-11-24 22:[\d:]+ UTC, offline 2026-11-25 22:[\d:]+, .*\(2026-11-25 22:[\d:]+\)$/,
  );
  expect(readText(page).find((line) => line.includes("web-1 upgraded"))).toMatch(/\(22:[\d:]+\)$/);
});

test.each<[string, object]>([
  ["rollout.denied", { by: "U0BOB", reason: "not tonight" }],
  ["rollout.withdrawn", { by: "U0ALICE" }],
  ["rollout.expired", {}],
])("%s ends a rollout that never started, and what its server does later is no part of it", (type, data) => {
  const asked = events.slice(
    0,
    events.findIndex((event) => event.type === "rollout.approved"),
  );
  const last = asked.findLast(({ stream }) => stream === "rollout.prod-1");
  const freeze = events.find((event) => event.type === "server.frozen");
  const over = [...asked, { ...last, type, data }, freeze] as readonly StoredEvent[];
  const lines = readText(pageOf(over, "prod-1"));
  expect(lines.find((line) => line.startsWith("Ended"))).toMatch(/^Ended 2026-11-24 22:[\d:]+ UTC$/);
  expect(lines.join("\n")).not.toContain("froze the server");
});

test("a request that expired is not said to lack its approval", () => {
  const at = { id: "e", v: 1, at: 0, actor: "drydock", stream: "rollout.prod-1", seq: 1, position: 1 };
  const entry = rolloutEntry({ ...at, type: "rollout.expired", data: {} } as StoredEvent);
  expect(lineText(entry?.what ?? [])).toBe("closed the request: it expired");
});

test("nothing from outside is markup, and the page needs nothing else", () => {
  expect(page).not.toMatch(/<script|<img|<link|https?:|\son\w+=/);
  expect(page).toContain("patch night &#60;script&#62;alert(1)&#60;/script&#62;");
  expect(page).toContain("default-src 'none'");
});

test("a page names people as they were on its server while it was under way", () => {
  const [first] = events;
  const last = events.at(-1);
  if (!first || !last) throw new Error("The world wrote nothing.");
  const via = "mapping" as const;
  const pin = (of: StoredEvent, position: number, server: string): StoredEvent => ({
    ...{
      id: `pin-${server}-${position}`,
      v: 1,
      at: of.at,
      actor: "U0CAROL",
      stream: "person.U0CAROL",
      seq: 1,
      position,
    },
    type: "identity.pinned",
    data: { server, user: { id: "u-dave", name: "somebody else" }, via },
  });
  const later = [pin(first, 0, "staging"), ...events, pin(last, last.position + 1, "prod")];
  expect(pageOf(later, "prod-1")).not.toContain("somebody else");
});
