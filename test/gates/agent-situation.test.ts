import fc from "fast-check";
import { expect, test } from "vitest";
import { cause } from "../../src/core/cause.ts";
import { type AgentSituation, situationWith, UNREAD } from "../../src/gates/agent-situation.ts";

const everything: AgentSituation = {
  agent: { id: "a", name: "web-1" },
  now: 7,
  planned: "7.0",
  unread: { why: cause("offline-before-turn"), looks: 1 },
  serverVersion: "7.2.3.1.1150420",
  claim: "prod-1",
  lacks: ["Upgrade Agents"],
  accountLacks: ["View Agents"],
  inactive: { wanted: true, refused: undefined },
  os: "AIX",
  deployment: { reading: { kind: "known", value: true }, waited: 5 },
  expected: 60_000,
  inRelayTurn: true,
  afterCanaries: true,
  external: true,
  retryIn: 3,
  openSlots: 0,
  relayRoom: 0,
};

test("what was not read stays unread", () => {
  expect(Object.keys(everything).sort()).toEqual(["agent", "now", ...Object.keys(UNREAD)].sort());
  fc.assert(
    fc.property(fc.subarray(Object.keys(UNREAD)), (fields) => {
      const read = Object.fromEntries(Object.entries(everything).filter(([field]) => fields.includes(field)));
      const given = { agent: everything.agent, now: everything.now, ...read };
      expect(situationWith(given)).toEqual({ ...UNREAD, ...given });
    }),
  );
});
