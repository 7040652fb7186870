import { expect, test } from "vitest";
import { lineText } from "../../src/app/plain-text.ts";
import { kindNotes } from "../../src/app/views/kind-view.ts";
import { JAVA_MINIMUMS } from "../../src/domain/guide/java.ts";
import { narrowPlan } from "../../src/domain/plans/plan.ts";
import { policyWith } from "../support/policy.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

test("agents that are waited for cannot be canaries: the plan says where nobody of their kind is one", () => {
  const policy = policyWith({ java: { minimums: JAVA_MINIMUMS, property: null } });
  const online = [plannedAgent("a", { version: "6.2.7.1.1", os: "Linux", canaryFor: "Linux" })];
  const away = (id: string, os: string) => plannedAgent(id, { status: "offline", version: "6.2.7.1.1", os });
  const told = (...waiting: readonly ReturnType<typeof away>[]) => {
    const plan = { ...narrowPlan(planOf(online, { canary: 1 }), policy, online, waiting), serverVersion: "7.2.3.1.1" };
    return kindNotes(plan, policy).map(lineText).join("\n");
  };
  expect(told(away("x", "Linux"))).not.toContain("offline");
  expect(told(away("x", "AIX"), away("y", "AIX"))).toContain(
    "2 agents that are offline run on a Java that is not known, and Java 11 may be needed: no canary is of their kind (AIX)",
  );
});
