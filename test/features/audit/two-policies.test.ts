import { describe, expect, test } from "vitest";
import { openMemoryLedger } from "../../../src/adapters/memory/memory-ledger.ts";
import { lineText } from "../../../src/core/view.ts";
import { groundsOf } from "../../../src/features/audit/audit-words.ts";
import { type Claim, verdictOf } from "../../../src/features/audit/checker/claims.ts";
import { hashPolicy } from "../../../src/model/policy-hash.ts";
import { appendAll } from "../../support/append.ts";
import { replayEvents } from "./replay-events.ts";
import { ALICE, BOB, createWriter, POLICY } from "./written-ledger.ts";

// While replicas are updated, one takes a press by its own rules, and the server's monitor has recorded others.

type Writer = ReturnType<typeof createWriter>;
const CAROL = { person: "U0CAROL", user: { id: "carol", name: "carol" } };
const LAX = { ...POLICY, approvals: 2, emergency: true, selfApproval: true };
const WITH_CAROL = { ...LAX, approvers: { ...POLICY.approvers, people: [CAROL.person] } };
const STRICT = { ...LAX, selfApproval: false };

async function said({ writes }: Writer, rollout: string, claim: Claim): Promise<readonly string[]> {
  const audit = replayEvents(await appendAll(openMemoryLedger(), ...writes)).find(({ id }) => id === rollout);
  if (!audit) throw new Error(`There is no ${rollout}.`);
  return [verdictOf(audit.claims[claim]), ...groundsOf(audit.claims[claim]).map(lineText)];
}

describe("the review of an emergency", () => {
  function reviewedBy(policy: typeof LAX | null): Writer {
    const writer = createWriter(WITH_CAROL);
    // A rollout before has the rules of the replica in full.
    writer.rules();
    writer.emergency("prod-1", 1);
    writer.rules(LAX);
    writer.emergency("prod-2", 1);
    writer.ended("prod-2");
    writer.reviewed("prod-2", CAROL, true, policy);
    return writer;
  }

  test("is judged by the rules of the replica that closed it", async () => {
    const [verdict, ...grounds] = await said(reviewedBy(WITH_CAROL), "prod-2", "review");
    expect([verdict, grounds[0]]).toEqual(["proven", "Row 8: U0CAROL (carol) closed the review: seen"]);
    expect(await said(reviewedBy(LAX), "prod-2", "review")).toEqual([
      "finding",
      "Row 8: U0CAROL is not among the approvers of the policy.",
    ]);
  });

  test("is not recorded if the ledger does not hold those rules, or an older version did not name them", async () => {
    for (const policy of [{ ...LAX, slots: 3 }, null])
      expect(await said(reviewedBy(policy), "prod-2", "review")).toEqual([
        "not-recorded",
        "1 event of 1 from row 8 on: the ledger lacks the policy by which Drydock judged the press.",
      ]);
  });
});

describe("an approval by its requester", () => {
  function approvedBy(policy: typeof LAX | null): Writer {
    const writer = createWriter(STRICT);
    writer.rules();
    writer.emergency("prod-1", 1);
    writer.rules(LAX);
    writer.started("prod-2", 1, ALICE);
    writer.writes.splice(-2);
    writer.write("server.prod", { type: "policy.set", data: { hash: hashPolicy(STRICT) } });
    const given = { by: ALICE.person, serverUser: ALICE.user, round: 1, hash: "hash of prod-2" };
    const rules = policy ? { policyHash: hashPolicy(policy) } : {};
    writer.write("rollout.prod-2", { type: "rollout.approved", data: { ...given, ...rules } });
    return writer;
  }

  test("is judged by the rules of the replica that took it", async () => {
    expect((await said(approvedBy(LAX), "prod-2", "approvers"))[0]).toBe("proven");
    expect((await said(approvedBy(STRICT), "prod-2", "approvers"))[0]).toBe("finding");
  });

  test("is not recorded if an older version did not name them", async () => {
    expect((await said(approvedBy(null), "prod-2", "approvers"))[0]).toBe("not-recorded");
  });
});

describe("a start", () => {
  test("by laxer rules than the monitor's is not recorded, and not a finding", async () => {
    const writer = createWriter({ ...LAX, approvals: 1 });
    writer.rules(LAX);
    writer.emergency("prod-1", 1);
    writer.rules({ ...LAX, approvals: 1 });
    writer.started("prod-2", 1, BOB);
    const start = writer.writes.pop();
    writer.write("server.prod", { type: "policy.set", data: { hash: hashPolicy(LAX) } });
    if (start) writer.writes.push(start);
    const [verdict, ground] = await said(writer, "prod-2", "approvals");
    expect([verdict, ground]).toEqual([
      "not-recorded",
      "1 event of 1 from row 8 on: the ledger lacks which of two policies held.",
    ]);
  });

  test("that needed no approval by its own rules needs no review by those of the monitor", async () => {
    const writer = createWriter({ ...LAX, approvals: 0 });
    writer.emergency("prod-1", 1);
    // Without approvals to waive, Drydock opens no review.
    writer.writes.splice(1);
    writer.rules(LAX);
    writer.writes.unshift(...writer.writes.splice(1));
    expect((await said(writer, "prod-1", "review"))[0]).toBe("nothing");
  });
});
