import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openMemoryLedger } from "../../../src/adapters/memory/memory-ledger.ts";
import { DAYS } from "../../../src/core/days.ts";
import { lineText } from "../../../src/core/view.ts";
import { auditLedger } from "../../../src/features/audit/audit-ledger.ts";
import { auditJson, auditText, groundsOf } from "../../../src/features/audit/audit-words.ts";
import { CLAIM_IDS, type Claim, verdictOf } from "../../../src/features/audit/checker/claims.ts";
import { inWindow } from "../../../src/features/audit/checker/in-window.ts";
import { createReplay, type RolloutAudit } from "../../../src/features/audit/checker/replay.ts";
import { widened } from "../../../src/features/audit/checker/widened.ts";
import type { Evidence } from "../../../src/model/evidence.ts";
import type { Plan } from "../../../src/model/plan/plan.ts";
import type { Policy } from "../../../src/model/policy.ts";
import { isOpen } from "../../../src/model/windows.ts";
import { appendAll } from "../../support/append.ts";
import { replayEvents } from "./replay-events.ts";
import { ALICE, BOB, createWriter, POLICY } from "./written-ledger.ts";

type Writer = ReturnType<typeof createWriter>;

/** What is not proven of a rollout: the claim, and the first finding or what is lacking. */
function unprovenOf({ id, claims }: RolloutAudit): readonly string[] {
  return CLAIM_IDS.flatMap((claim) => {
    const { findings, missing } = claims[claim];
    const verdict = verdictOf(claims[claim]);
    const [first] = findings;
    if (verdict === "finding") return [`${id} ${claim}: ${first ? lineText(first.text) : ""}`];
    return verdict === "not-recorded" ? [`${id} ${claim}, not recorded: ${missing?.what}`] : [];
  });
}

async function auditsOf(writer: Writer): Promise<readonly RolloutAudit[]> {
  return replayEvents(await appendAll(openMemoryLedger(), ...writer.writes));
}

async function unproven(writer: Writer): Promise<readonly string[]> {
  return (await auditsOf(writer)).flatMap(unprovenOf);
}

/** A sound rollout of three agents under these rules, at its first upgrade. */
function begun(policy = POLICY): Writer {
  const writer = createWriter(policy);
  writer.rules();
  writer.started("prod-1", 3);
  writer.intended("prod-1", 0);
  return writer;
}

test("a sound rollout is proven", async () => {
  expect(await unproven(begun())).toEqual([]);
});

test("that a requester approved is told if the policy allows it, and is not hidden behind a proof", async () => {
  const writer = createWriter({ ...POLICY, selfApproval: true });
  writer.rules();
  writer.started("prod-1", 3, ALICE);
  expect(await unproven(writer)).toEqual([]);
  const [audit] = await auditsOf(writer);
  expect(audit && groundsOf(audit.claims.approvers).map(lineText)).toEqual([
    "Row 3: U0ALICE (alice) approved what they asked for or owned, as the policy allows.",
  ]);
});

const NIGHT = { days: ["sat"], from: 22 * 60, to: 2 * 60, zone: "UTC" } as const;

describe("what no one should find", () => {
  test.each<readonly [string, () => Writer, readonly string[]]>([
    [
      "an upgrade outside the windows",
      () => begun({ ...POLICY, windows: [NIGHT] }),
      ["prod-1 window: It began outside the maintenance windows."],
    ],
    [
      "an upgrade while it is paused",
      () => {
        const writer = begun();
        writer.write("rollout.prod-1", { type: "rollout.paused", data: { by: "U0BOB", kind: "person", causes: [] } });
        writer.intended("prod-1", 1);
        return writer;
      },
      ["prod-1 halt: An upgrade began while the rollout was paused."],
    ],
    [
      "an agent that is not in the plan",
      () => {
        const writer = begun();
        writer.intended("prod-1", 99);
        return writer;
      },
      ["prod-1 plan: It upgraded an agent that is not in its plan."],
    ],
    [
      "an upgrade after the approval's time",
      () => begun({ ...POLICY, approvalCovers: 60_000 }),
      ["prod-1 approvals: Its approvals did not cover that time any more."],
    ],
    [
      "an upgrade on the approval of a person who could not give it any more",
      () => {
        const writer = begun();
        writer.intended("prod-1", 1, { approvals: [{ by: BOB.person, user: BOB.user, lost: "locked", age: 10 }] });
        return writer;
      },
      ["prod-1 approvals: It had 0 of 1 required approvals."],
    ],
    [
      "an approver who owns it since",
      () => {
        const writer = begun();
        const lacking = { permissions: [], age: 10 };
        const judged = { owner: { ...BOB, age: 10 }, lacking, freeze: null, window: null };
        const data = { by: BOB.person, serverUser: BOB.user, from: "U0ALICE", judged };
        writer.write("rollout.prod-1", { type: "rollout.handed-over", data });
        writer.intended("prod-1", 1);
        return writer;
      },
      [
        "prod-1 approvals: It had 0 of 1 required approvals.",
        "prod-1 rights-trigger: Drydock read the rights of U0ALICE, and U0BOB owned it.",
      ],
    ],
    [
      "stricter rules that its approvals do not meet",
      () => {
        const writer = begun();
        writer.rules({ ...POLICY, approvals: 2 });
        writer.started("prod-2", 1);
        return writer;
      },
      ["prod-2 approvals: It started with 1 of 2 required approvals."],
    ],
  ])("%s", async (_name, write, expected) => {
    expect(await unproven(write())).toEqual(expected);
  });

  test("an upgrade after the end", async () => {
    const writer = begun();
    writer.ended("prod-1");
    writer.intended("prod-1", 1);
    const found = await unproven(writer);
    expect(found).toContain("prod-1 halt: An upgrade began while the rollout was not under way.");
  });
});

describe("a start that is not what was approved", () => {
  const withOptions = (options: Partial<Plan["options"]>) => (plan: Plan) => ({
    ...plan,
    options: { ...plan.options, ...options },
  });
  const withAgents = (change: Partial<Plan["agents"][number]>) => (plan: Plan) => ({
    ...plan,
    agents: plan.agents.map((agent) => ({ ...agent, ...change })),
  });
  const found = async (approved: (started: Plan) => Plan) => {
    const writer = createWriter();
    writer.rules();
    writer.started("prod-1", 3, BOB, approved);
    return (await unproven(writer)).filter((line) => line.startsWith("prod-1 plan"));
  };

  test.each<readonly [string, (started: Plan) => Plan]>([
    ["it may use 10 slots, not 2", withOptions({ slots: 2 })],
    ["it has 0 canaries, not 2", withOptions({ canary: 2 })],
    ["it does not wait for a person after its canaries", withOptions({ hold: true })],
    ["it is no emergency", withOptions({ emergency: true })],
    ["it has another reason", withOptions({ reason: "a test" })],
    ["agents have other names", withAgents({ name: "db-1" })],
    ["agents have other versions", withAgents({ version: "6.0" })],
    ["it has more agents", (plan) => ({ ...plan, agents: plan.agents.slice(1) })],
    ["the server has another version", (plan) => ({ ...plan, serverVersion: "7" })],
  ])("%s", async (why, approved) => {
    expect(await found(approved)).toEqual([`prod-1 plan: It did not start what was approved: ${why}.`]);
  });

  test("teams that moved, and relays", async () => {
    const team = (id: string) => ({ id, name: id });
    const relay = { id: "r1", name: "relay-1", version: "7.0", agents: [team("a1")], dark: 1 };
    const writer = createWriter();
    const plan = writer.planOf("prod-1", 1);
    const inTeam = (id: string) => withAgents({ teams: [team(id)] })(plan);
    expect(widened(inTeam("red"), inTeam("blue"))).toBe("agents are in other teams");
    expect(widened(inTeam("red"), plan)).toBeUndefined();
    const relays = (...all: NonNullable<Plan["relays"]>) => ({ ...plan, relays: all });
    expect(widened(relays(relay), relays())).toBeUndefined();
    expect(widened(relays(), relays(relay))).toBe("it has more relays");
    expect(widened(relays({ ...relay, version: "6.0" }), relays(relay))).toBe("relays have other versions");
    expect(widened(relays({ ...relay, dark: 0 }), relays(relay))).toBe("more agents are behind its relays");
    expect(widened(relays({ ...relay, agents: [] }), relays(relay))).toBe("more agents are behind its relays");
  });

  test("one that is less is what was approved", async () => {
    expect(await found(withOptions({ slots: 10, canary: null, hold: false }))).toEqual([]);
    expect(
      await found((plan) => ({
        ...plan,
        agents: [...plan.agents, { ...plan.agents[0], id: "more" }] as Plan["agents"],
      })),
    ).toEqual([]);
  });
});

describe("what is not recorded is not proven", () => {
  test("the rules in force, if no rollout used them", async () => {
    const writer = begun();
    writer.rules({ ...POLICY, slots: 1 });
    writer.intended("prod-1", 1);
    expect(await unproven(writer)).toEqual([
      "prod-1 slots, not recorded: the policy in force",
      "prod-1 approvals, not recorded: the policy in force",
    ]);
  });

  /** Alice approves her own rollout under these rules, while others are in force that the ledger holds only as a hash. */
  function selfApproved(policy: Policy): Writer {
    const writer = createWriter(policy);
    writer.write("server.prod", { type: "policy.set", data: { hash: "of unknown rules" } });
    writer.started("prod-1", 3, ALICE);
    writer.intended("prod-1", 0);
    return writer;
  }

  test("whether a requester could approve, if the rollout's rules let them and those in force are not known", async () => {
    expect(await unproven(selfApproved({ ...POLICY, selfApproval: true }))).toEqual([
      "prod-1 slots, not recorded: the policy in force",
      "prod-1 approvals, not recorded: the policy in force",
      "prod-1 approvers, not recorded: the policy in force",
    ]);
    expect(await unproven(selfApproved(POLICY))).toEqual([
      "prod-1 slots, not recorded: the policy in force",
      "prod-1 approvals: It started with 0 of 1 required approvals.",
      "prod-1 approvers: U0ALICE (alice) approved a rollout that they asked for or owned.",
    ]);
  });

  test("and what Drydock asks again by itself is about no one's rights", async () => {
    const writer = begun();
    writer.write("rollout.prod-1", { type: "rollout.paused", data: { by: "drydock", kind: "version", causes: [] } });
    writer.askedAgain("prod-1", { freeze: null, window: null });
    const [audit] = await auditsOf(writer);
    expect(audit?.claims["rights-press"]).toMatchObject({ proven: 3, unrecorded: 0, found: 0 });
  });

  test("and a handover after which Drydock asks again claims no one's rights", async () => {
    const writer = begun();
    writer.write("rollout.prod-1", { type: "rollout.paused", data: { by: "drydock", kind: "policy", causes: [] } });
    writer.askedAgain("prod-1", { owner: { ...ALICE, age: 110 }, freeze: null, window: null });
    const [audit] = await auditsOf(writer);
    expect(audit?.claims["rights-press"]).toMatchObject({ proven: 3, unrecorded: 0, found: 0 });
  });

  test("anything, if a person accepted a ledger that lacks rows", async () => {
    const writer = begun();
    const end = { position: 9, at: 9 };
    writer.write("ledger.self", { type: "ledger.accepted", data: { had: end, found: end, by: "root" } });
    expect(await unproven(writer)).toHaveLength(CLAIM_IDS.length);
  });

  test("nothing of rows that a person accepted as lost, and says who did", async () => {
    const writer = begun();
    const [had, found] = [
      { position: 30, at: 9 },
      { position: 12, at: 9 },
    ];
    writer.write("ledger.self", { type: "ledger.accepted", data: { had, found, by: "root" } });
    writer.write("ledger.self", { type: "ledger.accepted", data: { had: null, found, by: "root" } });
    const events = await appendAll(openMemoryLedger(), ...writer.writes);
    const audit = auditLedger({ rows: events.length, events: () => events });
    const said = auditText(audit, undefined).split("\n");
    expect(said.filter((line) => line.includes("root accepted"))).toEqual([
      expect.stringMatching(/^Row \d+: root accepted on 2026-11-24 .* Rows 13 to 30 of the ledger before are lost\.$/),
      expect.stringMatching(/What the ledger held after row 12 is not known\.$/),
    ]);
    expect(auditJson(audit)).toMatchObject({
      accepted: [
        { by: "root", had },
        { by: "root", had: null },
      ],
    });
  });

  test("how many were in flight, if upgrades since its start were archived", async () => {
    const audits: RolloutAudit[] = [];
    const replay = createReplay(new Map(), (audit) => audits.push(audit));
    for (const event of await appendAll(openMemoryLedger(), ...begun().writes)) replay.see(event);
    replay.archived(100, "upgrade.prod-0.a.1");
    replay.finish();
    const found = audits.flatMap(unprovenOf);
    expect(found).toContain("prod-1 in-flight, not recorded: upgrades that were archived");
  });
});

describe("a person who resumes a rollout or takes it over", () => {
  const read = (who: typeof BOB, permissions: readonly string[]) => ({
    ...{ owner: { ...who, age: 3_000 }, lacking: { permissions, age: 10 } },
    ...{ freeze: null, window: null },
  });
  const claim = async (writer: Writer) => (await auditsOf(writer))[0]?.claims["rights-press"];
  const bob = { by: BOB.person, serverUser: BOB.user };
  const handed = (judged?: Evidence): Writer => {
    const writer = begun();
    const data = { ...bob, from: ALICE.person, ...(judged ? { judged } : {}) };
    writer.write("rollout.prod-1", { type: "rollout.handed-over", data });
    return writer;
  };

  test("held the rights on what was left, as Drydock read them", async () => {
    expect(await claim(handed(read(BOB, [])))).toMatchObject({ proven: 4, found: 0, longest: { ms: 3_000, row: 6 } });
    const resumed = begun();
    resumed.write("rollout.prod-1", {
      type: "rollout.continued",
      data: { ...bob, policy: POLICY, judged: read(BOB, []) },
    });
    expect(await claim(resumed)).toMatchObject({ proven: 4, unrecorded: 0, found: 0 });
  });

  test("is found without them, and if Drydock read those of another person", async () => {
    const texts = async (judged: Evidence) => (await claim(handed(judged)))?.findings.map(({ text }) => lineText(text));
    expect(await texts(read(BOB, ["Manage Agents"]))).toEqual(["U0BOB lacked Manage Agents."]);
    expect(await texts(read(ALICE, []))).toEqual(["Drydock read the rights of U0ALICE, and U0BOB owned it."]);
  });

  test("is not recorded by older versions, if an agent began later", async () => {
    const { lacking: _nothing, ...judged } = read(BOB, []);
    for (const written of [undefined, judged]) {
      const writer = handed(written);
      writer.intended("prod-1", 1);
      expect(await claim(writer)).toMatchObject({ proven: 3, unrecorded: 1, missing: { row: 6 } });
    }
  });

  test("had no rights that Drydock could read if none began later: of what was left, other people upgraded all", async () => {
    const { lacking: _nothing, ...judged } = read(BOB, []);
    const writer = handed(judged);
    // What failed before is tried again.
    writer.intended("prod-1", 0, undefined, 2);
    expect(await claim(writer)).toMatchObject({ proven: 3, unrecorded: 0, found: 0 });
  });
});

describe("what is in flight", () => {
  const upgrade = (i: number, attempt = 1) => `upgrade.prod-1.prod-1-a${i}.${attempt}`;
  const answer = { type: "upgrade.triggered", data: { status: 200 } } as const;

  test("a request that was not recorded first is found", async () => {
    const writer = begun();
    writer.write(upgrade(0), answer);
    writer.write(upgrade(1), answer);
    const said = "The server answered a request that Drydock did not record first.";
    expect(await unproven(writer)).toEqual([`prod-1 in-flight: ${said}`]);
    const stray = createWriter();
    stray.write("upgrade.prod-9.a1.1", answer);
    expect(await unproven(stray)).toEqual([`prod-9 in-flight: ${said}`]);
  });

  test("an agent that is begun twice is found, and a retry is not", async () => {
    const said = "prod-1 in-flight: It began while the upgrade of web-0 was in flight.";
    const twice = begun();
    twice.intended("prod-1", 0);
    expect(await unproven(twice)).toEqual([said]);
    const other = begun();
    other.intended("prod-1", 0, {}, 2);
    expect(await unproven(other)).toEqual([said]);
    const retried = begun();
    const failed = { outcome: "never-back", detail: null, holdsSlot: true } as const;
    retried.write(upgrade(0), { type: "upgrade.outcome", data: failed });
    retried.intended("prod-1", 0, {}, 2);
    expect(await unproven(retried)).toEqual([]);
  });

  test("more of a rollout than its plan has slots is found", async () => {
    const writer = createWriter();
    writer.rules();
    writer.started("prod-1", 3, BOB, undefined, 2);
    for (const i of [0, 1, 2]) writer.intended("prod-1", i);
    expect(await unproven(writer)).toEqual([
      "prod-1 slots: 3 of its upgrades were in flight, and its plan has 2 slots.",
    ]);
  });

  test("an audit tells how long the slowest answer took", async () => {
    const writer = begun();
    writer.write(upgrade(0), answer);
    const [audit] = await auditsOf(writer);
    expect(audit && groundsOf(audit.claims["in-flight"]).map(lineText)).toEqual([
      "Longest from the record to the server's answer: 60 s, at row 6.",
    ]);
  });
});

test("an audit tells how old the oldest reading was by which it judges", async () => {
  const writer = begun();
  const hours = 3 * 3_600_000;
  writer.intended("prod-1", 1, { approvals: [{ by: BOB.person, user: BOB.user, lost: null, age: hours }] });
  writer.intended("prod-1", 2, { lacking: { permissions: [], age: 9_000 } });
  const [audit] = await auditsOf(writer);
  const grounds = (claim: Claim) => audit && groundsOf(audit.claims[claim]).map(lineText);
  expect(grounds("approvals")).toEqual(["Oldest reading: 3 h before row 6."]);
  expect(grounds("rights-press")).toEqual(["Oldest reading: less than 1 s before row 2."]);
  expect(grounds("rights-trigger")).toEqual(["Oldest reading: 9 s before row 7."]);
  expect(grounds("plan")).toEqual([]);
});

test("an attempt that the server put off holds one slot and counts once, however often it begins", async () => {
  const writer = createWriter({ ...POLICY, slots: 1 });
  writer.rules();
  writer.started("prod-1", 2);
  writer.intended("prod-1", 0);
  const data = { status: 503, text: "busy", wait: 1 };
  writer.write("upgrade.prod-1.prod-1-a0.1", { type: "upgrade.postponed", data });
  writer.intended("prod-1", 0);
  writer.verified("prod-1", 0);
  writer.intended("prod-1", 1);
  const audits = await auditsOf(writer);
  expect(audits.flatMap(unprovenOf)).toEqual([]);
  expect(audits.map(({ upgrades }) => upgrades)).toEqual([2]);
});

test("an approval that its giver gave anew, after it was lost, covers upgrades from then on", async () => {
  const writer = createWriter({ ...POLICY, approvalCovers: 210_000 });
  const write = (event: Parameters<Writer["write"]>[1]) => writer.write("rollout.prod-1", event);
  const read = (lost: "deactivated" | null) => ({
    judged: { freeze: null, window: null, approvals: [{ by: BOB.person, user: BOB.user, lost, age: 10 }] },
  });
  const given = { by: BOB.person, serverUser: BOB.user, round: 2, hash: writer.planOf("prod-1", 3).hash };
  const alice = { by: ALICE.person, serverUser: ALICE.user };
  writer.rules();
  writer.started("prod-1", 3);
  write({ type: "rollout.paused", data: { by: ALICE.person, kind: "person", causes: [] } });
  writer.askedAgain("prod-1", { freeze: null, window: null });
  write({ type: "rollout.approved", data: { ...given, ...read(null) } });
  write({ type: "rollout.handed-over", data: { ...alice, from: ALICE.person, ...read("deactivated") } });
  write({ type: "rollout.approved", data: { ...given, ...read(null) } });
  write({ type: "rollout.continued", data: { ...alice, policy: POLICY } });
  writer.intended("prod-1", 0);
  const found = await unproven(writer);
  expect(found.filter((one) => one.startsWith("prod-1 approvals"))).toEqual([]);
});

test("a relay whose turn was put back counts once, however often its owner is asked", async () => {
  const writer = begun();
  const relay = { id: "r1", name: "relay-1" };
  const asked = { relay, from: "7.0", agents: [], hostname: null, serverVersion: "8" };
  writer.write("rollout.prod-1", { type: "relay.asked", data: asked });
  writer.write("rollout.prod-1", { type: "relay.put-back", data: { relay } });
  writer.write("rollout.prod-1", { type: "relay.asked", data: asked });
  const audits = await auditsOf(writer);
  expect(audits.map(({ upgrades }) => upgrades)).toEqual([2]);
});

test("the checker's windows are open when the gates' are, at any time in any zone", () => {
  const window = fc.record({
    days: fc.subarray([...DAYS], { minLength: 1 }),
    from: fc.integer({ min: 0, max: 1_439 }),
    to: fc.integer({ min: 1, max: 1_440 }),
    zone: fc.constantFrom("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia"),
  });
  fc.assert(
    fc.property(
      fc.array(window, { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 0, max: Date.UTC(2040, 0) }),
      (windows, at) => {
        expect(inWindow(windows, at)).toBe(isOpen(windows, at));
      },
    ),
  );
});
