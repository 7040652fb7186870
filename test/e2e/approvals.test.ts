import { afterEach, describe, expect, test } from "vitest";
import { DEFAULT_PEOPLE } from "../../playground/slack/workspace.ts";
import {
  askApproval,
  cardOf,
  carried,
  denyWith,
  factsOf,
  fillIn,
  modalOf,
  planOf,
  pressTold,
  restartWith,
} from "../support/approvals.ts";
import { needs } from "../support/needs.ts";
import type { Trial } from "../support/trial.ts";
import { cards, messages, renderText, startCompiled, threaded, told, until } from "../support/trial.ts";

let trial: Trial;
afterEach(() => trial.stop());

const AGENTS = Array.from({ length: 4 }, (_, i) => ({ name: `web-${i + 1}` }));
const BOB = "approvers: {people: [U0BOB]}";
const BOB_AND_DAVE = "approvers: {people: [U0BOB, U0DAVE]}";

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

describe("a request", () => {
  test("is approved by a second person and runs to its end; nobody else's press does anything", async () => {
    const agents = AGENTS.map((agent) => ({ ...agent, communication: "JMS" }));
    await begin({ deploy: { agents, scale: 400 } });
    const plan = await planOf(trial, "U0ALICE", "upgrade-required", "Request approval");
    expect(renderText(plan)).toContain("prod wants 1 approval for this. Who can approve: <@U0BOB>.");
    expect(renderText(plan)).toContain("4 agents talk JMS, of which servers from 7.1.1 on warn");
    trial.slack.acts.press("U0ALICE", plan, "Request approval");
    await told(trial, "U0ALICE", "*prod-1* asks for approval for 4 agents.");
    const card = await cardOf(trial, "prod-1", "0 of 1 approval.");
    expect(renderText(card)).toContain("[Approve]? [Deny] [Withdraw]? [Agents]");
    // Who approves is told what whoever asked was told.
    expect(renderText(card)).toContain("4 agents talk JMS, of which servers from 7.1.1 on warn");
    expect(renderText(card)).toContain("What the vendor's guide said to it when it was planned:");
    expect(await threaded(trial, "asks for 1 approval")).toMatch(/^<@U0BOB>: prod-1 asks for 1 approval to upgrade 4/);
    await pressTold(trial, "U0ALICE", card, "Approve", "alice may not approve rollouts on prod. Who can: <@U0BOB>.");
    await pressTold(trial, "U0CAROL", card, "Approve", "carol may not approve rollouts on prod.");
    await pressTold(trial, "U0ELSE", card, "Approve", "You are not mapped to a user of prod");
    await pressTold(trial, "U0BOB", card, "Withdraw", "Only whoever asked for prod-1 can withdraw it");
    expect(triggers()).toBe(0);
    await pressTold(trial, "U0BOB", card, "Approve", "You approved prod-1: it has its approval and goes on by itself.");
    await cardOf(trial, "prod-1", "finished", 60_000);
    expect(renderText(card)).toContain("4 of 4 upgraded.");
    expect(renderText(card)).toContain("started by <@U0ALICE> (`alice`). Approved by <@U0BOB>.");
    expect(renderText(card)).not.toContain("[Approve]");
    expect(cards(trial)).toHaveLength(1);
    expect(factsOf(trial, "rollout.prod-1").map(({ type }) => type)).toEqual(
      expect.arrayContaining(["rollout.requested", "rollout.approved", "rollout.started", "rollout.ended"]),
    );
    // Whoever was refused was told, and that is in the ledger too.
    expect(JSON.stringify(factsOf(trial, "person.U0CAROL"))).toContain("carol may not approve rollouts on prod.");
  });

  test("takes no press of a guest", needs("outsiders"), async () => {
    await begin();
    await askApproval(trial);
    const card = await cardOf(trial, "prod-1", "0 of 1 approval.");
    await pressTold(trial, "U0GUEST", card, "Approve", "Guests of this workspace cannot use Drydock.");
    expect(triggers()).toBe(0);
  });

  test("is denied with a reason, and asked again with one press", async () => {
    await begin();
    const card = await askApproval(trial);
    await denyWith(trial, "U0BOB", card, "  ");
    const view = await modalOf(trial, "U0BOB");
    await until("the form says what is missing", () => view.errors.reason?.includes("wants to know why"));
    await fillIn(trial, "U0BOB", "reason", "not on *patch* day <!channel>");
    await told(trial, "U0BOB", "You denied prod-1.");
    const said = await threaded(trial, "<@U0ALICE> prod-1 was denied by <@U0BOB>");
    expect(said).toContain("`not on *patch* day <!channel>`");
    await cardOf(trial, "prod-1", "# ■ prod-1: denied");
    expect(triggers()).toBe(0);
    await pressTold(trial, "U0BOB", card, "Ask again", "Only whoever asked for prod-1 can ask again with one press.");
    await pressTold(trial, "U0ALICE", card, "Ask again", "*prod-2* asks for approval for 4 agents.");
    await until("the old card points to the new one", () => renderText(card).includes("Asked again as *prod-2*."));
    expect(renderText(card)).not.toContain("[Ask again]");
    await pressTold(trial, "U0BOB", await cardOf(trial, "prod-2", "[Approve]"), "Approve", "You approved prod-2");
    await cardOf(trial, "prod-2", "finished", 60_000);
  });

  test("is withdrawn; its buttons, replayed or forged, do nothing and are written down", async () => {
    await begin();
    const card = await askApproval(trial);
    const approve = carried(card, "Approve");
    const forged = (value: string) => {
      const action = { action_id: "drydock:9.9:approve", block_id: "b9", value };
      trial.slack.acts.act("U0BOB", card, action);
    };
    forged(approve.replace(/1\.[0-9a-f]{12}/, "2.000000000000"));
    await told(trial, "U0BOB", "This button belongs to an older request of prod-1");
    forged(approve.replace("prod-1", "prod-7"));
    await told(trial, "U0BOB", "This request is not known here");
    forged("{broken");
    await told(trial, "U0BOB", "Drydock did not draw this button");
    await pressTold(trial, "U0ALICE", card, "Withdraw", "You took prod-1 back.");
    await cardOf(trial, "prod-1", "Withdrawn by <@U0ALICE>.");
    forged(approve);
    await told(trial, "U0BOB", "prod-1 was withdrawn already.");
    expect(JSON.stringify(factsOf(trial, "person.U0BOB"))).toContain("prod-1 was withdrawn already.");
    // Another rollout's button on this one's message does what it says, and nothing else.
    const second = await askApproval(trial, "prod-2");
    const other = carried(second, "Approve");
    trial.slack.acts.act("U0CAROL", card, { action_id: "drydock:3.0:approve", value: other });
    await told(trial, "U0CAROL", "carol may not approve rollouts on prod.");
    expect(triggers()).toBe(0);
    await pressTold(trial, "U0BOB", second, "Approve", "You approved prod-2");
    await cardOf(trial, "prod-2", "finished", 60_000);
    forged(other);
    await told(trial, "U0BOB", "prod-2 is not waiting for approval any more.");
    expect(triggers()).toBe(4);
  });

  test("is reminded of once, expires, says so, and can be asked again", async () => {
    await begin({ server: [BOB, "approvalExpires: 4s"] });
    const card = await askApproval(trial);
    const approve = carried(card, "Approve");
    expect(await threaded(trial, "still waits for approval")).toMatch(/^<@U0BOB>: prod-1 still waits for approval/);
    expect(await threaded(trial, "expired without approval")).toContain("<@U0ALICE> prod-1 expired");
    trial.slack.acts.act("U0BOB", card, { action_id: "drydock:3.0:approve", value: approve });
    await told(trial, "U0BOB", "prod-1 was closed because it expired already.");
    await cardOf(trial, "prod-1", "[Ask again]");
    await pressTold(trial, "U0ALICE", card, "Ask again", "*prod-2* asks for approval");
    await pressTold(trial, "U0BOB", await cardOf(trial, "prod-2", "[Approve]"), "Approve", "You approved prod-2");
    await cardOf(trial, "prod-2", "finished", 60_000);
    expect(messages(trial, (_m, shown) => shown.includes("prod-1 still waits for approval"))).toHaveLength(1);
  });

  test("pressed by two at the same moment is approved once, and the other one is told", async () => {
    await begin({ server: [BOB_AND_DAVE] });
    const card = await askApproval(trial);
    trial.slack.acts.press("U0BOB", card, "Approve");
    trial.slack.acts.press("U0DAVE", card, "Approve");
    const answers = () =>
      ["U0BOB", "U0DAVE"].flatMap((person) => messages(trial, ({ only }) => only === person).map(renderText));
    await until("both are told", () => answers().length === 2);
    expect(answers().filter((said) => said.includes("You approved prod-1"))).toHaveLength(1);
    expect(answers().filter((said) => said.includes("prod-1 has the approvals that it needs already"))).toHaveLength(1);
    await cardOf(trial, "prod-1", "finished", 60_000);
    expect(factsOf(trial, "rollout.prod-1").filter(({ type }) => type === "rollout.approved")).toHaveLength(1);
  });

  test("that needs two approvals gets them from two people and two users of the server", async () => {
    await begin({
      approvals: "2",
      server: ["approvers: {people: [U0BOB, U0DAVE, U0ELSE]}"],
      people: ["mapping: {U0ELSE: {prod: bob}}"],
    });
    const card = await askApproval(trial);
    await pressTold(trial, "U0BOB", card, "Approve", "You approved prod-1: 1 of 2 approvals. It waits for another.");
    await cardOf(trial, "prod-1", "1 of 2 approvals: <@U0BOB> (`bob`)");
    await pressTold(trial, "U0BOB", card, "Approve", "You approved prod-1 already.");
    await pressTold(trial, "U0ELSE", card, "Approve", "bob approved prod-1 already, from another Slack account");
    expect(triggers()).toBe(0);
    await pressTold(trial, "U0DAVE", card, "Approve", "it has its 2 approvals and goes on by itself.");
    await cardOf(trial, "prod-1", "finished", 60_000);
  });

  test("is one at a time for a person and a server", async () => {
    await begin();
    await askApproval(trial);
    const plan = await planOf(trial, "U0ALICE", "upgrade web-1", "Request approval");
    await pressTold(trial, "U0ALICE", plan, "Request approval", "Your request prod-1 waits for approval already");
    // The only approver cannot ask: nobody could ever agree.
    const bobs = await planOf(trial, "U0BOB", "upgrade web-1", "Request approval");
    await pressTold(trial, "U0BOB", bobs, "Request approval", "besides you nobody may give one");
  });
});

describe("who may approve", () => {
  test("never whoever asked, from whichever of their accounts", async () => {
    await begin({
      server: ["approvers: {people: [U0ALICE, U0ELSE, U0BOB]}"],
      people: ["mapping: {U0ELSE: {prod: alice}}"],
    });
    const card = await askApproval(trial);
    expect(await threaded(trial, "asks for 1 approval")).toMatch(/^<@U0ELSE> or <@U0BOB>: prod-1/);
    await pressTold(trial, "U0ALICE", card, "Approve", "You asked for prod-1 or owned it, so somebody else has to");
    await pressTold(trial, "U0ELSE", card, "Approve", "On prod you are alice, who asked for prod-1 or owned it");
    expect(triggers()).toBe(0);
    await pressTold(trial, "U0BOB", card, "Approve", "You approved prod-1");
  });

  test(
    "members of a usergroup only with an identity that holds the right; holders of a role on a team",
    needs("usergroups"),
    async () => {
      await begin({
        server: [
          "approvers: {usergroups: [S0PLATFORM], usergroupPermissions: [Upgrade Agents], roles: [{role: Agent Upgrader, team: Data}]}",
        ],
        slack: {
          people: DEFAULT_PEOPLE,
          usergroups: [
            { id: "S0PLATFORM", handle: "platform", name: "Platform", users: ["U0BOB", "U0CAROL", "U0ELSE"] },
          ],
        },
        approvals: "2",
      });
      const card = await askApproval(trial);
      expect(await threaded(trial, "asks for 2 approvals")).toContain("members of <!subteam^S0PLATFORM> who hold");
      await pressTold(
        trial,
        "U0CAROL",
        card,
        "Approve",
        "does not hold Upgrade Agents on prod, and the usergroup alone",
      );
      await pressTold(trial, "U0ELSE", card, "Approve", "You are not mapped to a user of prod");
      await pressTold(trial, "U0BOB", card, "Approve", "You approved prod-1: 1 of 2");
      await pressTold(trial, "U0DAVE", card, "Approve", "it has its 2 approvals");
      await cardOf(trial, "prod-1", "finished", 60_000);
    },
  );
});

describe("what has changed between the request and the start", () => {
  test("agents that are gone are dropped and named", async () => {
    await begin();
    const card = await askApproval(trial);
    const lost = trial.deploy.fleet.find("web-3");
    if (lost) lost.shown = { ...lost.shown, status: "OFFLINE" };
    await pressTold(trial, "U0BOB", card, "Approve", "You approved prod-1");
    expect(await threaded(trial, "prod-1 has started without 1 agent")).toContain(
      "`web-3`: `offline, gone, inactive or",
    );
    await until("three are upgraded", () => renderText(card).includes("3 of 3 upgraded."), 60_000);
    expect(lost?.accepted).toBe(0);
  });

  test("what is more than was approved is asked again, and the old approval is void", async () => {
    await begin();
    const card = await askApproval(trial);
    const approve = carried(card, "Approve");
    const other = trial.deploy.fleet.find("web-2");
    if (other) other.shown = { ...other.shown, version: "6.2.7.2.961000" };
    await pressTold(trial, "U0BOB", card, "Approve", "You approved prod-1");
    expect(await threaded(trial, "It is asked again")).toMatch(
      /1 of the agents have another version now.* web-2 6\.2\.7\.1\.960390, now 6\.2\.7\.2\.961000/,
    );
    await until(
      "it asks again",
      () => renderText(card).includes("0 of 1 approval.") && renderText(card).includes("Asked again"),
    );
    trial.slack.acts.act("U0BOB", card, { action_id: "drydock:3.0:approve", value: approve });
    await told(trial, "U0BOB", "This button belongs to an older request of prod-1");
    expect(triggers()).toBe(0);
    await until("new buttons", () => carried(card, "Approve") !== approve && carried(card, "Approve") !== "");
    trial.slack.acts.press("U0BOB", card, "Approve");
    await cardOf(trial, "prod-1", "finished", 60_000);
  });

  test("kill -9 between request and approval, and between approval and start: nothing is lost", async () => {
    await begin({ deploy: { agents: AGENTS, scale: 400, latency: 200 } });
    const card = await askApproval(trial);
    await restartWith(trial);
    await pressTold(trial, "U0BOB", card, "Approve", "You approved prod-1");
    await trial.killBot();
    expect(factsOf(trial, "rollout.prod-1").map(({ type }) => type)).not.toContain("rollout.started");
    await trial.startBot();
    await cardOf(trial, "prod-1", "finished", 60_000);
    expect(trial.deploy.fleet.triggers).toHaveLength(4);
    expect(cards(trial)).toHaveLength(1);
  });
});
