import { expect, test } from "vitest";
import { lineText } from "../../src/core/view.ts";
import { javaNote, kindNotes } from "../../src/phrases/plan-words.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const NEED = "7.2.3.1.1 needs Java 11 or later on servers and relays. The vendor does not say what agents need.";

const HINT = "Check the agents' Java: servers and relays need 11.";

test.each([
  ["6.2.7.1.1", "7.2.3.1.1", true],
  ["7.0.2.0.1", "7.2.3.1.1", false],
  [null, "7.2.3.1.1", true],
  ["6.2.7.1.1", null, false],
])("a plan from %s to %s says in one line which Java that needs, if it is more than before", (version, to, rises) => {
  const plan = { ...planOf([plannedAgent("a", { version })]), serverVersion: to };
  expect(kindNotes(plan).map(lineText)).toEqual(rises ? [HINT] : []);
  const relay = { id: "r", name: "r", version: version ?? "", agents: [], dark: 0 };
  expect(javaNote({ ...plan, agents: [], relays: [relay] }).map(lineText)).toEqual(rises ? [NEED] : []);
});
