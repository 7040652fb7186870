import { describe, expect } from "vitest";
import { renderText } from "../../playground/slack/block-kit.ts";
import { test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { needs } from "../support/needs.ts";
import { until } from "../support/time.ts";

const AGENTS = Array.from({ length: 4 }, (_, i) => ({ name: `web-${i + 1}` }));
const ALL = Object.fromEntries(AGENTS.map(({ name }) => [name, "verified"]));
/** One approval, and Bob is the only one who can give it. */
const BY_BOB = { deploy: { agents: AGENTS }, approvals: "1", server: ["approvers: {people: [U0BOB]}"] };

const triggers = (trial: E2e) => trial.deploy.fleet.triggers.length;
const approvals = (trial: E2e) => trial.events("rollout.prod-1").filter(({ type }) => type === "rollout.approved");

/** Whom a line mentions before it names the rollout. */
const mentioned = (text: string) => text.split("prod-1")[0]?.match(/U0[A-Z]+/g);

describe("a request", () => {
  test("is approved by a second person and runs to its end; nobody else's press does anything", async ({ start }) => {
    const agents = AGENTS.map((agent) => ({ ...agent, communication: "JMS" }));
    const trial = await start({ ...BY_BOB, deploy: { agents } });
    const plan = await trial.planOf("U0ALICE", "upgrade-required", "request");
    const planned = renderText(plan);
    trial.press("U0ALICE", plan, "request");
    await trial.told("U0ALICE", "requested");
    const card = await trial.message("prod-1/card");
    for (const command of ["approve", "deny", "cancel"]) await trial.button(card, command);
    // Bob reads what the vendor's guide said to Alice.
    for (const text of [planned, renderText(card)]) expect(text).toMatch(/4 agents .*JMS/);
    expect(mentioned(renderText(await trial.message("prod-1/ask-1")))).toEqual(["U0BOB"]);

    trial.press("U0ALICE", card, "approve");
    await trial.told("U0ALICE", "error.not-approver");
    trial.press("U0CAROL", card, "approve");
    await trial.told("U0CAROL", "error.not-approver");
    trial.press("U0ELSE", card, "approve");
    await trial.told("U0ELSE", "error.not-mapped");
    trial.press("U0BOB", card, "cancel");
    await trial.told("U0BOB", "error.request-refused");
    expect(approvals(trial)).toEqual([]);
    expect(triggers(trial)).toBe(0);

    trial.press("U0BOB", card, "approve");
    await trial.told("U0BOB", "approved");
    expect(await trial.ended("prod-1")).toEqual(ALL);
    await trial.button(card, "stop", "not");
    expect(trial.carried(card, "approve")).toBeUndefined();
    for (const person of ["<@U0ALICE>", "<@U0BOB>"]) expect(renderText(card)).toContain(person);
    expect(trial.slack.workspace.messages.filter(({ only, thread }) => !only && !thread)).toEqual([card]);
    expect(trial.events("rollout.prod-1").map(({ type }) => type)).toEqual(
      expect.arrayContaining(["rollout.requested", "rollout.approved", "rollout.started", "rollout.ended"]),
    );
    // Bob's approval is Bob's, and what Drydock does because of it is Drydock's, for Alice.
    const [approved] = approvals(trial);
    const started = await trial.event("rollout.prod-1", "rollout.started");
    expect(started).toMatchObject({ actor: "drydock", callId: approved?.callId, data: { owner: "U0ALICE" } });
    const claimed = await trial.event("server.prod", "agents.claimed");
    expect([approved?.actor, claimed.actor]).toEqual(["U0BOB", "drydock"]);
  });

  test("takes no press of a guest", needs("outsiders"), async ({ start }) => {
    const trial = await start(BY_BOB);
    const card = await trial.askApproval();
    trial.press("U0GUEST", card, "approve");
    await trial.told("U0GUEST", "error.not-a-member");
    expect(triggers(trial)).toBe(0);
  });

  test("is denied with a reason, and asked again with one press", async ({ start }) => {
    const trial = await start(BY_BOB);
    const card = await trial.askApproval();
    trial.press("U0BOB", card, "deny");
    const view = await trial.submit("U0BOB", { reason: "  " });
    await until("the form says what is missing", () => view.errors.reason !== undefined);
    await trial.submit("U0BOB", { reason: "not on *patch* day <!channel>" });
    await trial.told("U0BOB", "denied");
    const denied = await trial.message("prod-1/closed-1");
    expect(renderText(denied)).toContain("`not on *patch* day <!channel>`");
    expect(JSON.stringify(denied)).not.toContain("<!channel>");
    await trial.button(card, "rerun");
    expect(triggers(trial)).toBe(0);

    trial.press("U0BOB", card, "rerun");
    await trial.told("U0BOB", "error.not-requester");
    trial.press("U0ALICE", card, "rerun");
    await trial.told("U0ALICE", "requested");
    await trial.button(card, "rerun", "not");
    expect(renderText(card)).toContain("prod-2");
    const second = await trial.message("prod-2/card");
    await trial.button(second, "approve");
    trial.press("U0BOB", second, "approve");
    expect(await trial.ended("prod-2")).toEqual(ALL);
  });

  test("is withdrawn; its buttons, replayed or forged, do nothing and are written down", async ({ start }) => {
    const trial = await start(BY_BOB);
    const card = await trial.askApproval();
    const approve = trial.carried(card, "approve") ?? "";
    async function refused(value: string, key: string): Promise<void> {
      trial.forge("U0BOB", card, "approve", value);
      await trial.told("U0BOB", key);
    }
    await refused(approve.replace(/1\.[0-9a-f]{12}/, "2.000000000000"), "error.request-over");
    await refused(approve.replace("prod-1", "prod-7"), "error.no-such-rollout");
    const answers = () => trial.slack.workspace.messages.filter(({ only }) => only === "U0BOB").length;
    const before = answers();
    trial.forge("U0BOB", card, "approve", "{broken");
    await until("an answer to a damaged button", () => answers() > before);

    trial.press("U0ALICE", card, "cancel");
    await trial.told("U0ALICE", "cancelled");
    await trial.button(card, "cancel", "not");
    await refused(approve, "error.request-over");
    // Another rollout's button on this one's message does what it says, and nothing else.
    const second = await trial.askApproval("upgrade-required", "prod-2");
    const other = trial.carried(second, "approve") ?? "";
    trial.forge("U0CAROL", card, "approve", other);
    await trial.told("U0CAROL", "error.not-approver");
    expect(triggers(trial)).toBe(0);
    trial.press("U0BOB", second, "approve");
    await trial.told("U0BOB", "approved");
    expect(await trial.ended("prod-2")).toEqual(ALL);
    await refused(other, "error.request-over");
    expect(triggers(trial)).toBe(4);
  });

  test("is reminded of once, expires, says so, and can be asked again", needs("turn-clock"), async ({ start }) => {
    const trial = await start(BY_BOB);
    const card = await trial.askApproval();
    const approve = trial.carried(card, "approve") ?? "";
    expect(mentioned(renderText(await trial.message("prod-1/remind-1")))).toEqual(["U0BOB"]);
    expect(mentioned(renderText(await trial.message("prod-1/closed-1")))).toEqual(["U0ALICE"]);
    trial.forge("U0BOB", card, "approve", approve);
    await trial.told("U0BOB", "error.request-over");
    await trial.button(card, "rerun");
    trial.press("U0ALICE", card, "rerun");
    await trial.told("U0ALICE", "requested");
    const second = await trial.message("prod-2/card");
    await trial.button(second, "approve");
    trial.press("U0BOB", second, "approve");
    expect(await trial.ended("prod-2")).toEqual(ALL);
    const posted = trial.events("rollout.prod-1").filter(({ type }) => type === "message.posted");
    expect(posted.filter(({ data }) => String(data.key).startsWith("remind-"))).toHaveLength(1);
  });

  test("pressed by two at the same moment is approved once, and the other one is told", async ({ start }) => {
    const trial = await start({ ...BY_BOB, server: ["approvers: {people: [U0BOB, U0DAVE]}"] });
    const card = await trial.askApproval();
    trial.press("U0BOB", card, "approve");
    trial.press("U0DAVE", card, "approve");
    const answers = () =>
      [...trial.events("person.U0BOB"), ...trial.events("person.U0DAVE")].flatMap(({ type, data }) =>
        type === "person.told" ? [String(data.key)] : [],
      );
    await until("both are told", () => answers().length === 2);
    expect(answers().sort()).toEqual(["approved", expect.stringMatching(/^error\.request-(over|refused)$/)]);
    expect(await trial.ended("prod-1")).toEqual(ALL);
    expect(approvals(trial)).toHaveLength(1);
  });

  test("that needs two approvals gets them from two people and two users of the server", async ({ start }) => {
    const trial = await start({
      ...BY_BOB,
      approvals: "2",
      server: ["approvers: {people: [U0BOB, U0DAVE, U0ELSE]}"],
      people: ["mapping: {U0ELSE: {prod: bob}}"],
    });
    const card = await trial.askApproval();
    trial.press("U0BOB", card, "approve");
    await trial.told("U0BOB", "approved-needs-more");
    await until("the card says who has approved", () => renderText(card).includes("<@U0BOB> (`bob`)"));
    for (const person of ["U0BOB", "U0ELSE"]) {
      trial.press(person, card, "approve");
      await trial.told(person, "error.request-refused");
    }
    expect(triggers(trial)).toBe(0);
    trial.press("U0DAVE", card, "approve");
    await trial.told("U0DAVE", "approved");
    expect(await trial.ended("prod-1")).toEqual(ALL);
    expect(approvals(trial).map(({ actor }) => actor)).toEqual(["U0BOB", "U0DAVE"]);
  });

  test("is one at a time for a person and a server", async ({ start }) => {
    const trial = await start(BY_BOB);
    await trial.askApproval();
    trial.press("U0ALICE", await trial.planOf("U0ALICE", "upgrade web-1", "request"), "request");
    await trial.told("U0ALICE", "error.already-requested");
    // The only approver cannot ask: nobody could ever agree.
    trial.press("U0BOB", await trial.planOf("U0BOB", "upgrade web-1", "request"), "request");
    const refused = await trial.told("U0BOB", "error.rules-not-met");
    expect(refused).toContain("requires 1 approval for this, and no other person may give one. Let another person ask");
  });
});
