import { afterEach, describe, expect, test } from "vitest";
import { askApproval, cardOf, carried, factsOf, fillIn, planOf, pressTold, restartWith } from "../support/approvals.ts";
import type { Trial } from "../support/trial.ts";
import { messages, renderText, startCompiled, startRollout, threaded, told, until } from "../support/trial.ts";

/**
 * Tries to get round every gate: each attempt is refused, said to whoever made it, and in the ledger. What is tried elsewhere:
 * forged and replayed buttons, another rollout's id, a press after expiry and approving from a second Slack account in
 * approvals.test.ts; splitting, rules loosened by a restart and triggers long after the approval in rules.test.ts; an account
 * made again in rights.test.ts; guests in conversation.test.ts and approvals.test.ts, shared
 * channels in everyday.test.ts. All of it together, by chance and against an
 * oracle, in domain/gates/no-way-round.test.ts.
 */
let trial: Trial;
afterEach(() => trial.stop());

const AGENTS = Array.from({ length: 4 }, (_, i) => ({ name: `web-${i + 1}` }));
const BOB = "approvers: {people: [U0BOB]}";

async function begin(options: Partial<Parameters<typeof startCompiled>[0]> = {}): Promise<void> {
  trial = await startCompiled({
    deploy: { agents: AGENTS, scale: 400 },
    approvals: "1",
    server: [BOB],
    ...options,
  });
  await trial.startBot();
}

const triggers = () => trial.deploy.fleet.triggers.length;

function say(person: string, text: string): void {
  trial.slack.acts.slash(person, "C0ONCALL", text);
}

/** Waits until the operations channel says this. */
function operations(part: string) {
  return until(`operations says "${part}"`, () =>
    messages(trial, ({ channel, thread }, shown) => channel === "C0OPS" && !thread && shown.includes(part)).at(-1),
  );
}

describe("a freeze", () => {
  test("lets nothing begin, also over a restart, until its freezer or an approver ends it", async () => {
    await begin({ deploy: { agents: AGENTS, scale: 200 }, approvals: "{above: 3, count: 1}" });
    await startRollout(trial, "U0ALICE", "upgrade web-1 web-2 --slots 1");
    await until("the first trigger", () => triggers() === 1);
    say("U0CAROL", "freeze prod no right to do so");
    await told(trial, "U0CAROL", "carol may upgrade no agent of prod");
    say("U0ALICE", "freeze prod");
    await told(trial, "U0ALICE", "A freeze wants a reason");
    say("U0ALICE", "freeze prod --until yesterday storage");
    await told(trial, "U0ALICE", '"yesterday" is no time that Drydock knows: expected 30m, 4h, 22:30');
    say("U0ALICE", "freeze prod --until 2h storage is <!channel> moved");
    // In the zone of whoever asked; the workspaces have different ones.
    const frozen = renderText(await told(trial, "U0ALICE", "*prod* is frozen until"));
    expect(frozen).toMatch(/\(\w+\/\w+\), .*\(UTC\): `storage is <!channel> moved`/);
    await operations("prod is frozen by <@U0ALICE> until");
    expect(await threaded(trial, "prod-1 waits: prod is frozen")).toContain("<@U0ALICE> prod-1 waits");
    await cardOf(trial, "prod-1", "what is in flight is watched to its end.");
    const before = triggers();
    say("U0BOB", "freeze prod --until 1m shorter");
    await told(trial, "U0BOB", "Only they can change that; an approver can unfreeze it.");
    say("U0BOB", "upgrade web-4");
    const plan = renderText(await told(trial, "U0BOB", "Nothing can be started there until that is over."));
    expect(plan).not.toContain("[Start]");
    say("U0DAVE", "unfreeze prod");
    await told(trial, "U0DAVE", "dave may not approve rollouts on prod.");
    await restartWith(trial);
    say("U0CAROL", "status");
    await told(trial, "U0CAROL", "Nothing begins there meanwhile.");
    await cardOf(trial, "prod-1", "1 of 2 upgraded, 1 waiting.", 30_000);
    expect(triggers()).toBe(before);
    say("U0BOB", "unfreeze prod");
    await told(trial, "U0BOB", "*prod* is not frozen any more.");
    await operations("prod is not frozen any more: unfrozen by <@U0BOB>.");
    await cardOf(trial, "prod-1", "finished", 60_000);
    expect(factsOf(trial, "server.prod").map(({ type }) => type)).toEqual(
      expect.arrayContaining(["server.frozen", "server.unfrozen"]),
    );
  });

  test("lets what is approved meanwhile wait, and goes on when it is over", async () => {
    await begin();
    const card = await askApproval(trial);
    say("U0BOB", "freeze prod --until 1m nothing tonight");
    await told(trial, "U0BOB", "*prod* is frozen until");
    await pressTold(trial, "U0BOB", card, "Approve", "You approved prod-1");
    await cardOf(trial, "prod-1", "It can be approved meanwhile, and begins when that is over.");
    const plan = await planOf(trial, "U0ALICE", "upgrade web-1", "Request approval");
    expect(renderText(plan)).toContain("prod is frozen by <@U0BOB>");
    expect(triggers()).toBe(0);
    expect(factsOf(trial, "rollout.prod-1").map(({ type }) => type)).not.toContain("rollout.started");
    say("U0BOB", "unfreeze prod");
    await cardOf(trial, "prod-1", "finished", 60_000);
  });
});

describe("a handover", () => {
  test("makes somebody the owner who accepts it; neither of the two can have approved it", async () => {
    await begin({ server: ["approvers: {people: [U0ALICE, U0BOB, U0DAVE]}"], deploy: { agents: AGENTS, scale: 200 } });
    const card = await askApproval(trial, "prod-1", "U0ALICE", "upgrade-required --slots 1");
    await pressTold(trial, "U0BOB", card, "Approve", "You approved prod-1");
    await until("the first trigger", () => triggers() === 1);
    say("U0BOB", "handover prod-1 <@U0BOB>");
    await told(trial, "U0BOB", "Only the owner of prod-1 can hand it over");
    say("U0ALICE", "handover prod-1 <@U0CAROL>");
    await told(trial, "U0ALICE", "prod-1 is offered to <@U0CAROL>.");
    const first = await reply("<@U0CAROL> <@U0ALICE> wants to hand prod-1 over to you.");
    await pressTold(trial, "U0CAROL", first, "Accept", "carol may not upgrade");
    const stale = carried(first, "Accept");
    say("U0ALICE", "handover prod-1 <@U0BOB>");
    const offer = await reply("<@U0BOB> <@U0ALICE> wants to hand prod-1 over to you.");
    await pressTold(trial, "U0DAVE", offer, "Accept", "prod-1 was offered to somebody else.");
    trial.slack.acts.act("U0BOB", first, { action_id: "drydock:1.0:accept", value: stale });
    await told(trial, "U0BOB", "This offer of prod-1 is not the newest one.");
    await pressTold(trial, "U0BOB", offer, "Accept", "prod-1 is yours now, and asks for approval before it goes on.");
    const before = triggers();
    expect(await threaded(trial, "prod-1 is <@U0BOB>'s now.")).toContain("<@U0ALICE> prod-1");
    await cardOf(trial, "prod-1", "[Approve]");
    await pressTold(trial, "U0BOB", card, "Approve", "You asked for prod-1 or owned it, so somebody else has to");
    await pressTold(trial, "U0ALICE", card, "Approve", "You asked for prod-1 or owned it, so somebody else has to");
    expect(triggers()).toBe(before);
    await until("the offer has no buttons any more", () => carried(offer, "Accept") === "");
    await pressTold(trial, "U0DAVE", card, "Approve", "goes on by itself.");
    expect(await threaded(trial, "prod-1 is finished", 60_000)).toContain("<@U0BOB> prod-1 is finished: 4 of 4");
    expect(factsOf(trial, "rollout.prod-1").map(({ type }) => type)).toEqual(
      expect.arrayContaining(["rollout.offered", "rollout.handed-over"]),
    );
  });
});

describe("an emergency", () => {
  test("starts a few agents without approval, alerts, and stays open until an approver who is not the requester has looked", async () => {
    await begin({
      server: ["approvers: {people: [U0ALICE, U0ELSE, U0BOB]}", "emergency: true"],
      people: ["mapping: {U0ELSE: {prod: alice}}"],
      deploy: { agents: Array.from({ length: 12 }, (_, i) => ({ name: `web-${i + 1}` })), scale: 400 },
    });
    say("U0ALICE", 'upgrade-required --emergency "the fix is blocked"');
    const refused = renderText(await told(trial, "U0ALICE", "at most 10 agents start without approval"));
    expect(refused).not.toContain("[Start]");
    const plan = await planOf(
      trial,
      "U0ALICE",
      'upgrade-required --limit 8 --emergency "the fix <!channel> is blocked"',
      "Start",
    );
    expect(renderText(plan)).toContain("An emergency: it starts without approval");
    trial.slack.acts.press("U0ALICE", plan, "Start");
    const alert = await operations("Emergency on prod");
    expect(renderText(alert)).toContain("by <@U0ALICE> with 8 agents: `the fix <!channel> is blocked`");
    expect(renderText(alert)).toContain("<@U0BOB>: please look at it");
    // Splitting does not help, and neither does another Slack account of the same user.
    say("U0ALICE", "upgrade-required --limit 3 --emergency more");
    await told(trial, "U0ALICE", "this would be 11 with those that you started so within the last 24 h");
    say("U0ELSE", "upgrade-required --limit 3 --emergency more");
    await told(trial, "U0ELSE", "this would be 11 with those that you started so within the last 24 h");
    await cardOf(trial, "prod-1", "finished", 60_000);
    expect(triggers()).toBe(8);
    await restartWith(trial);
    say("U0CAROL", "status");
    await told(trial, "U0CAROL", "Review open: *prod-1* (emergency by <@U0ALICE>, 8 agents)");
    for (const person of ["U0ALICE", "U0ELSE"]) {
      say(person, "review prod-1 all fine");
      await told(
        trial,
        person,
        "On prod you are alice, who started prod-1 or owned it: somebody else has to review it.",
      );
    }
    say("U0CAROL", "review prod-1 all fine");
    await told(trial, "U0CAROL", "carol may not approve rollouts on prod.");
    trial.slack.acts.press("U0BOB", alert, "Close review");
    await fillIn(trial, "U0BOB", "note", "looked at all eight");
    await told(trial, "U0BOB", "You closed the review of prod-1.");
    expect(await threaded(trial, "the review of prod-1 was closed by <@U0BOB>")).toContain("`looked at all eight`");
    await until("the alert says so", () => renderText(alert).includes("Reviewed by <@U0BOB>"));
    expect(renderText(alert)).not.toContain("[Close review]");
    expect(factsOf(trial, "rollout.prod-1").map(({ type }) => type)).toEqual(
      expect.arrayContaining(["review.opened", "review.closed"]),
    );
  });

  test("is not taken where the server's owner does not want it", async () => {
    await begin();
    say("U0ALICE", 'upgrade web-1 --emergency "the fix is blocked"');
    const plan = renderText(await told(trial, "U0ALICE", "prod takes no emergencies: leave out --emergency"));
    expect(plan).not.toContain("[Start]");
  });
});

describe("a scheduled start", () => {
  test("begins at its time once it is approved; moved it is asked again, also over a restart, and approvers can cancel it", async () => {
    await begin();
    const card = await askApproval(trial, "prod-1", "U0ALICE", "upgrade-required --at 6h");
    expect(renderText(card)).toMatch(/Starts .* \(UTC\), by itself\./);
    const old = carried(card, "Approve");
    await pressTold(trial, "U0BOB", card, "Approve", "You approved prod-1");
    await cardOf(trial, "prod-1", "approved, scheduled");
    say("U0BOB", "reschedule prod-1 --at 2h");
    await told(trial, "U0BOB", "Only whoever asked for prod-1 can move its start");
    say("U0ALICE", "reschedule prod-1 --at next-window");
    await told(trial, "U0ALICE", "prod has no windows");
    trial.slack.acts.press("U0ALICE", card, "Move");
    const view = await fillIn(trial, "U0ALICE", "at", "whenever");
    await until("the form says what is wrong", () => view.errors.at?.includes("is no time that Drydock knows"));
    await fillIn(trial, "U0ALICE", "at", "7h");
    expect(renderText(await told(trial, "U0ALICE", "prod-1 starts"))).toMatch(/\(\w+\/\w+\)/);
    expect(await threaded(trial, "It is asked again")).toContain("Its start was moved to another time.");
    trial.slack.acts.act("U0BOB", card, { action_id: "drydock:3.0:approve", value: old });
    await told(trial, "U0BOB", "This button belongs to an older request of prod-1");
    await until("a new button", () => carried(card, "Approve") !== "" && carried(card, "Approve") !== old);
    trial.slack.acts.press("U0BOB", card, "Approve");
    await cardOf(trial, "prod-1", "approved, scheduled");
    await restartWith(trial);
    say("U0CAROL", "rollouts");
    await told(trial, "U0CAROL", "*prod-1* scheduled for");
    // One that waits for its time keeps nobody from asking for another.
    const second = await askApproval(trial, "prod-2", "U0ALICE", "upgrade web-1 --at 8s");
    await pressTold(trial, "U0BOB", second, "Approve", "You approved prod-2");
    await pressTold(trial, "U0DAVE", card, "Cancel", "Only its owner, approvers and the configured on-call people");
    await pressTold(trial, "U0BOB", card, "Cancel", "prod-1 is cancelled: its upgrades do not begin.");
    expect(await threaded(trial, "was withdrawn by <@U0BOB>")).toContain("<@U0ALICE> prod-1");
    await cardOf(trial, "prod-2", "finished", 60_000);
    expect(triggers()).toBe(1);
    const facts = factsOf(trial, "rollout.prod-2") as readonly {
      readonly type: string;
      readonly at: number;
      readonly data: { readonly at: number };
    }[];
    const scheduled = facts.find(({ type }) => type === "rollout.scheduled")?.data.at ?? Number.NaN;
    expect(facts.find(({ type }) => type === "rollout.started")?.at).toBeGreaterThanOrEqual(scheduled);
  });

  test("needs no approval where none is wanted, and holds to the windows", async () => {
    const clock = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16);
    const window = `windows: [{days: every day, from: '${clock(-1)}', to: '${clock(2)}', zone: UTC}]`;
    await begin({ approvals: "0", server: [window] });
    say("U0ALICE", "upgrade-required --at 5h");
    await told(trial, "U0ALICE", "No window of prod is open then");
    say("U0ALICE", "upgrade-required --at 15d");
    await told(trial, "U0ALICE", "at most 14 days ahead");
    const plan = await planOf(trial, "U0ALICE", "upgrade web-1 --at next-window", "Schedule");
    await pressTold(trial, "U0ALICE", plan, "Schedule", "*prod-1* is scheduled with 1 agent.");
    await cardOf(trial, "prod-1", "prod-1: scheduled");
    const soon = await planOf(trial, "U0ALICE", "upgrade-required --at 4s", "Schedule");
    await pressTold(trial, "U0ALICE", soon, "Schedule", "*prod-2* is scheduled with 4 agents.");
    await cardOf(trial, "prod-2", "finished", 60_000);
    expect(triggers()).toBe(4);
    say("U0ALICE", "unschedule prod-1");
    await told(trial, "U0ALICE", "prod-1 is cancelled");
  });

  test("ends in time by forecast: what would outrun the window waits for the next one, and the card says so", async () => {
    const clock = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString().slice(11, 16);
    // Nothing has been learned yet: each agent is expected to take 3 min, and the window closes in less than that.
    const window = `windows: [{days: every day, from: '${clock(-60)}', to: '${clock(2)}', zone: UTC}]`;
    await begin({ approvals: "0", server: [window] });
    await startRollout(trial, "U0ALICE");
    await cardOf(trial, "prod-1", "Nothing more begins in this window: it closes");
    expect(triggers()).toBe(0);
    say("U0ALICE", "stop prod-1");
    await told(trial, "U0ALICE", "Stopped: prod-1");
  });
});

/** The reply in a thread that says this, as a message whose buttons can be pressed. */
function reply(part: string) {
  return until(`a thread says "${part}"`, () =>
    messages(trial, ({ thread, only }, shown) => thread !== undefined && !only && shown.includes(part)).at(-1),
  );
}
