import { describe, expect, test } from "vitest";
import { openMemoryLedger } from "../../../src/adapters/memory/memory-ledger.ts";
import { lineText, textOf } from "../../../src/core/view.ts";
import { auditLedger } from "../../../src/features/audit/audit-ledger.ts";
import { auditView } from "../../../src/features/audit/audit-view.ts";
import { auditText, groundsOf } from "../../../src/features/audit/audit-words.ts";
import { type Claim, verdictOf } from "../../../src/features/audit/checker/claims.ts";
import { appendAll } from "../../support/append.ts";
import { pageOf, readText, stored } from "./read-report.ts";
import { replayEvents } from "./replay-events.ts";
import { ALICE, BOB, createWriter, POLICY } from "./written-ledger.ts";

type Writer = ReturnType<typeof createWriter>;
const RULES = { ...POLICY, approvals: 2, emergency: true };
const CAROL = { person: "U0CAROL", user: { id: "carol", name: "carol" } };

/** A sound emergency of three agents. */
function emergency(): Writer {
  const writer = createWriter(RULES);
  writer.rules();
  writer.emergency("prod-1", 3);
  writer.intended("prod-1", 0);
  writer.verified("prod-1", 0);
  return writer;
}

async function auditOf({ writes }: Writer) {
  const [audit, ...more] = replayEvents(await appendAll(openMemoryLedger(), ...writes));
  if (!audit) throw new Error("There is no rollout.");
  expect(more).toEqual([]);
  return audit;
}

/** The verdict of a claim, and what it rests on. */
async function said(writer: Writer, claim: Claim): Promise<readonly string[]> {
  const { claims } = await auditOf(writer);
  const grounds = groundsOf(claims[claim]).map(lineText);
  return [verdictOf(claims[claim]), ...grounds.filter((line) => !line.startsWith("Oldest reading"))];
}

test("an audit says which approvals an emergency waived, and calls that not proven", async () => {
  const writer = emergency();
  expect(await said(writer, "approvals")).toEqual([
    "waived",
    "Row 2: It started as an emergency without the 2 approvals that 3 agents required. Reason: patch night",
  ]);
});

test("no upgrade of an emergency proves its approvals", async () => {
  const { claims } = await auditOf(emergency());
  expect(claims.approvals).toMatchObject({ proven: 0, waived: 2, found: 0 });
});

test("agents of other rollouts that count with an emergency are not said to be its own", async () => {
  const writer = createWriter(RULES);
  writer.rules();
  writer.emergency("prod-1", 3, 9);
  const [, text] = await said(writer, "approvals");
  expect(text).toContain("without the 2 approvals that 9 agents within 24 h required.");
});

test("an audit of all rollouts names each emergency, also one whose review is open", async () => {
  const writer = emergency();
  writer.ended("prod-1");
  writer.emergency("prod-2", 1);
  writer.reviewed("prod-2", BOB);
  writer.ended("prod-2");
  const events = await appendAll(openMemoryLedger(), ...writer.writes);
  const text = auditText(auditLedger({ rows: events.length, events: () => events }), undefined);
  expect(text).toContain(
    "\n! It had the approvals that the policy required: waived in an emergency for prod-1, prod-2.\n",
  );
  expect(text).toContain("2 rollouts: 1 not fully recorded, 1 proven but for waived approvals.");
});

describe("the review of an emergency", () => {
  test("is not recorded while it is open", async () => {
    const writer = emergency();
    writer.ended("prod-1");
    expect((await auditOf(writer)).state).toBe("over");
    expect(await said(writer, "review")).toEqual([
      "not-recorded",
      "1 event of 1 from row 3 on: the ledger lacks the end of its review, which is still open.",
    ]);
  });

  test("is proven if an approver closed it who never owned it, also after the end", async () => {
    const writer = emergency();
    writer.ended("prod-1");
    writer.reviewed("prod-1", BOB);
    expect(await said(writer, "review")).toEqual(["proven", "Row 8: U0BOB (bob) closed the review: seen"]);
    const audit = await auditOf(writer);
    expect([audit.state, audit.upgrades]).toEqual(["over", 1]);
    expect(textOf(auditView(audit))).toMatchInlineSnapshot(`
      "Audit of prod-1: waived
      ! Row 2: It started as an emergency without the 2 approvals that 3 agents required. Reason: patch night
      ✔ Row 8: U0BOB (bob) closed the review: seen
      ✔ 9 of 10 claims proven.
      This did not check that the ledger is unchanged. Where Drydock runs, drydock audit report prod-1 checks it, and prints all."
    `);
  });

  test("has in a report who was read for it, and how long before", async () => {
    const writer = emergency();
    writer.reviewed("prod-1", BOB);
    const lines = readText(pageOf(stored(writer.writes), "prod-1"));
    expect(lines.join("\n")).toMatch(
      /\nRow (\d+), review: bob U0BOB as user bob could approve, read less than 1 s before\.\n/,
    );
    expect(lines.filter((line) => line.includes("Oldest reading"))).toEqual([]);
  });

  test("by its requester is a finding, from whichever of their accounts", async () => {
    for (const reviewer of [ALICE, { person: "U0ALICE2", user: ALICE.user }]) {
      const writer = emergency();
      writer.ended("prod-1");
      writer.reviewed("prod-1", reviewer);
      expect((await said(writer, "review"))[1]).toBe(
        `Row 8: ${reviewer.person} (alice) closed the review of an emergency that they started or owned.`,
      );
    }
  });

  test("by a person who is no approver is a finding", async () => {
    const writer = emergency();
    writer.reviewed("prod-1", CAROL);
    expect((await said(writer, "review"))[1]).toBe("Row 7: U0CAROL is not among the approvers of the policy.");
  });

  test("is not recorded if the ledger does not tell whether its reviewer could approve", async () => {
    const writer = emergency();
    writer.reviewed("prod-1", BOB, false);
    expect((await said(writer, "review"))[0]).toBe("not-recorded");
  });

  test("that was never opened is a finding", async () => {
    const writer = emergency();
    writer.writes.splice(2, 1);
    writer.ended("prod-1");
    expect((await said(writer, "review"))[1]).toBe("Row 2: It started as an emergency, and no review was opened.");
  });

  test("has nothing to check in any other rollout", async () => {
    const writer = createWriter();
    writer.rules();
    writer.started("prod-1", 1);
    expect(await said(writer, "review")).toEqual(["nothing"]);
  });
});

test("an upgrade after the end is found while the review is open", async () => {
  const writer = emergency();
  writer.ended("prod-1");
  writer.intended("prod-1", 1);
  expect((await said(writer, "halt"))[1]).toBe("Row 8: An upgrade began while the rollout was over.");
});

describe("emergencies of one person within 24 h", () => {
  const HOUR = 60 * 60_000;

  /** Eight agents, and then some more in another rollout. */
  async function found(more: number, given: { between?: (writer: Writer) => void; who?: typeof BOB; after?: number }) {
    const writer = createWriter(RULES);
    writer.rules();
    writer.emergency("prod-1", 8);
    given.between?.(writer);
    writer.emergency("prod-2", more);
    const events = await appendAll(openMemoryLedger(), ...writer.writes);
    const changed = events.map((event) => {
      if (event.type !== "rollout.started" || event.data.rollout !== "prod-2") return event;
      const { person, user } = given.who ?? ALICE;
      return { ...event, at: event.at + (given.after ?? 0), data: { ...event.data, owner: person, serverUser: user } };
    });
    const { findings = [] } = replayEvents(changed).find(({ id }) => id === "prod-2")?.claims.approvals ?? {};
    return findings.map(({ row, text }) => `${row}: ${lineText(text)}`);
  }
  const said = (row: number, name = "U0ALICE") => [
    `${row}: With other emergencies of the 24 h before, ${name} started 11 agents without approval (limit 10).`,
  ];

  test("are added up, also if one is over or was handed over", async () => {
    expect(await found(2, {})).toEqual([]);
    expect(await found(3, {})).toEqual(said(4));
    expect(await found(3, { between: (writer) => writer.ended("prod-1") })).toEqual(said(5));
    const data = { by: BOB.person, serverUser: BOB.user, from: ALICE.person };
    const between = (writer: Writer) => writer.write("rollout.prod-1", { type: "rollout.handed-over", data });
    expect(await found(3, { between })).toEqual(said(5));
    expect(await found(3, { between, who: BOB })).toEqual(said(5, "U0BOB"));
  });

  test("are not added up with those of other people, or of another day", async () => {
    expect(await found(3, { who: BOB })).toEqual([]);
    expect(await found(3, { after: 24 * HOUR })).toEqual([]);
    expect(await found(3, { after: 23 * HOUR })).toEqual(said(4));
  });
});
