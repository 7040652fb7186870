import { expect, test } from "vitest";
import { cause } from "../../../src/core/cause.ts";
import type { NewEvent } from "../../../src/model/events.ts";
import { pageOf, stored, timelineOf } from "./read-report.ts";
import { BOB, createWriter } from "./written-ledger.ts";

const BEGIN = Date.UTC(2026, 10, 24, 22);
const SERVER = "server.prod";

/** What the timeline says of a rollout where this happened before it was asked for, and this while it was under way. */
function timelineWith(before: readonly NewEvent[], meanwhile: readonly NewEvent[]): readonly string[] {
  const writer = createWriter();
  writer.rules();
  for (const event of before) writer.write(SERVER, event);
  writer.started("prod-1", 1);
  for (const event of meanwhile) writer.write(SERVER, event);
  writer.ended("prod-1");
  writer.write(SERVER, { type: "server.away", data: { since: BEGIN, cause: cause("no-answer") } });
  return timelineOf(pageOf(stored(writer.writes), "prod-1")).filter(
    (line) => !/asked for|approved|started|ended it/.test(line),
  );
}

const frozen = (until: number | null): NewEvent => ({
  type: "server.frozen",
  data: { by: BOB.person, serverUser: BOB.user, reason: "release night", until },
});
const away: NewEvent = { type: "server.away", data: { since: BEGIN, cause: cause("no-answer") } };
const agents = [{ id: "x1", name: "edge-1" }];

test("a report has outages, restarts and doubts about upgrades by others", () => {
  const lines = timelineWith(
    [],
    [
      away,
      { type: "server.back", data: {} },
      { type: "server.watched-again", data: { ms: 42_000, rollouts: [{ id: "prod-1", finished: 1 }] } },
      { type: "clock.jumped", data: { ms: 3_600_000, rollouts: ["prod-1"] } },
      { type: "elsewhere.started", data: { agents } },
      { type: "elsewhere.doubted", data: { kind: "relay", agents } },
      { type: "elsewhere.dismissed", data: { by: BOB.person } },
      { type: "elsewhere.over", data: { agents: ["x1"] } },
    ],
  );
  expect(lines).toMatchInlineSnapshot(`
    [
      "Drydock lost contact with the server at 2026-11-24 22:00 UTC , and began no upgrade | no answer from the server",
      "Drydock has answers from the server again",
      "Drydock watched the server again after 42 s: 1 upgrade on the server had finished meanwhile",
      "Drydock found that its clock had jumped forward by 60 min, or its machine had slept",
      "Drydock counted agents as upgraded by others: edge-1",
      "Drydock began no upgrade, as others might upgrade edge-1 | They went offline, and their relay is down.",
      "bob U0BOB confirmed that no one else upgrades the agents that went offline",
      "Drydock counted 1 agent no longer as upgraded by others",
    ]
  `);
});

test("a person on the host is named as one, also where they care for the ledger", () => {
  const writer = createWriter();
  writer.rules();
  writer.started("prod-1", 1);
  const by = "operator:root";
  writer.write("rollout.prod-1", { type: "rollout.paused", data: { by, kind: "person", causes: [] } });
  const end = { position: 3, at: BEGIN };
  writer.write("ledger.self", { type: "ledger.accepted", data: { had: end, found: end, by: "root" } });
  expect(timelineOf(pageOf(stored(writer.writes), "prod-1")).slice(-2)).toEqual([
    "root (an operator on the host) paused it",
    "root (an operator on the host) accepted a ledger that lacks rows",
  ]);
});

test("what held when the rollout was asked for is part of it, and what was over is not", () => {
  const freeze = "bob U0BOB froze the server | release night";
  expect(timelineWith([frozen(null)], [])).toEqual([freeze]);
  expect(timelineWith([frozen(null), { type: "server.unfrozen", data: { by: BOB.person } }], [])).toEqual([]);
  expect(timelineWith([frozen(BEGIN)], [])).toEqual([]);
  expect(timelineWith([away], [])).toHaveLength(1);
});
