import { expect, test } from "vitest";
import { lineText } from "../../src/core/plain-text.ts";
import { javaNote } from "../../src/phrases/plan-words.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const NEED = "7.2.3.1.1 needs Java 11 or later on servers and relays. The vendor does not say what agents need.";

test.each([
  ["6.2.7.1.1", "7.2.3.1.1", [NEED]],
  ["7.0.2.0.1", "7.2.3.1.1", []],
  [null, "7.2.3.1.1", [NEED]],
  ["6.2.7.1.1", null, []],
])("a plan from %s to %s says in one line which Java that needs, if it is more than before", (version, to, said) => {
  const plan = { ...planOf([plannedAgent("a", { version })]), serverVersion: to };
  expect(javaNote(plan).map(lineText)).toEqual(said);
  const relay = { id: "r", name: "r", version: version ?? "", agents: [], dark: 0 };
  expect(javaNote({ ...plan, agents: [], relays: [relay] }).map(lineText)).toEqual(said);
});
