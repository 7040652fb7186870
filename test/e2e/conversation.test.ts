import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commands } from "../../commands/index.ts";
import type { AgentSeed } from "../../playground/deploy/fleet.ts";
import { needs } from "../support/needs.ts";
import {
  cardSays,
  cards,
  messages,
  renderText,
  standin,
  startCompiled,
  startRollout,
  type Trial,
  threaded,
  told,
  until,
} from "../support/trial.ts";

const HOSTILE: readonly string[] = [
  "<!channel>",
  "a\"b'c`d",
  "two\nlines",
  "🚢 ship",
  "x".repeat(255),
  "*bold* _it_ <@U0ALICE>",
  "=cmd()",
  "&lt;!here&gt;",
];

const FLEET: readonly AgentSeed[] = [
  ...HOSTILE.map((name) => ({ name })),
  ...Array.from({ length: 6 }, (_, i) => ({ name: `data-${i + 1}`, teams: [{ teamId: "t-data", teamLabel: "Data" }] })),
  { name: "web-1", status: "UPGRADE_RECOMMND" },
];

let trial: Trial;
beforeAll(async () => {
  trial = await startCompiled({
    deploy: { agents: FLEET, seed: 2, scale: 200 },
    server: ["never: [{tag: frozen, reason: year-end}]"],
  });
  await trial.startBot();
});
afterAll(() => trial.stop());

function say(person: string, text: string, channel = "C0ONCALL"): void {
  trial.slack.acts.slash(person, channel, text);
}

describe("who may", () => {
  async function isRefused(person: string, sentence: string): Promise<void> {
    say(person, "upgrade-required");
    await told(trial, person, sentence);
    expect(trial.deploy.fleet.triggers).toEqual([]);
  }

  test.each([
    ["U0ELSE", "You are not mapped to a user of prod"],
    ["U0TWIN", "2 users of prod have your e-mail address"],
    ["U0ROBOT", "Bots cannot use Drydock"],
  ])("%s is refused with a sentence that says why", isRefused);

  test.each([
    ["U0GUEST", "Guests of this workspace cannot use Drydock"],
    ["U0GONE", "deactivated"],
    ["U0STRANGE", "People of other workspaces cannot use Drydock"],
  ])("%s is refused with a sentence that says why", needs("outsiders"), isRefused);

  test("help marks what somebody cannot use", async () => {
    say("U0ELSE", "help");
    const help = renderText(await told(trial, "U0ELSE", "Drydock upgrades agents"));
    const marked = commands.filter(({ hidden, needsIdentity }) => !hidden && needsIdentity);
    expect(help.match(/Not for you now/g)).toHaveLength(marked.length);
    say("U0DAVE", "help");
    expect(renderText(await told(trial, "U0DAVE", "Drydock upgrades agents"))).not.toContain("Not for you");
  });

  test("a right through a group counts, and only on its team's agents", async () => {
    say("U0DAVE", "upgrade-required");
    const plan = renderText(await told(trial, "U0DAVE", "Upgrade 6 of 14 agents on prod"));
    expect(plan).toContain("no permission 8: you lack View Agents, Edit Basic Settings, Upgrade Agents on it");
    expect(plan).not.toContain("channel");
  });

  test("somebody who may only look gets a plan without agents and without Start", async () => {
    say("U0CAROL", "upgrade-required");
    const plan = renderText(await told(trial, "U0CAROL", "no permission 14"));
    expect(plan).not.toContain("[Start]");
  });
});

describe("what is typed", () => {
  test.each([
    ["upgrade-requird", 'There is no command "upgrade-requird". Did you mean /agents upgrade-required?'],
    ["upgrade-required --limt 3", "There is no flag --limt here. Did you mean --limit?"],
    ["upgrade-required --limit many", '--limit wants a whole number, not "many"'],
    ["upgrade-required --slots 11", "--slots can only lower the limit of prod: 1 to 10, not 11"],
    ["upgrade-required --version x.y", "--version wants a range of versions"],
    ["upgrade-required --server prd", 'There is no server "prd". Did you mean prod?'],
    ['upgrade-required --reason "open', "was opened and not closed"],
    ["upgrade", "Say which: NAME"],
    [`upgrade ${"y".repeat(2_990)}`, "Upgrade 0 of 15 agents on prod"],
    [`upgrade ${"y".repeat(3_100)}`, "Drydock takes 3000 at most"],
    ["help upgrade", "/agents upgrade NAME…"],
    ["whoami", "you are `alice`, by your e-mail address. You may upgrade every agent there."],
    ["rollouts", "There has been no rollout yet."],
    ["stop", "No rollout is under way"],
    ["", "15 agents, server 7.2.3.1.1150420"],
  ])("/agents %s", async (text, answer) => {
    // Two people take turns: one alone would ask for more than 20 things within a minute.
    const person = answer.includes("alice") || answer.includes("15 agents") ? "U0ALICE" : "U0BOB";
    say(person, text);
    await told(trial, person, answer);
  });

  test("dashes and quotes that phones make are what was meant", async () => {
    say("U0ALICE", "upgrade ‘data-*’ —limit 2 –reason “patch night”");
    const plan = renderText(await told(trial, "U0ALICE", "Reason: `patch night`"));
    expect(plan).toContain("Upgrade 2 of 15 agents");
  });

  test("names from the server can mean nothing but themselves", async () => {
    say("U0ALICE", "upgrade-required");
    const plan = await told(trial, "U0ALICE", "Upgrade 14 of 14 agents");
    const raw = JSON.stringify(plan.blocks);
    expect(raw).not.toContain("<!channel>");
    expect(raw).toContain("&lt;!channel&gt;");
    say("U0ALICE", "upgrade two*");
    await told(trial, "U0ALICE", "two␊lines");
  });
});

describe("buttons", () => {
  test("malformed values are answered with a sentence, and nothing happens", async () => {
    say("U0ALICE", "upgrade data-1");
    const plan = await told(trial, "U0ALICE", "Upgrade 1 of 15 agents");
    for (const value of [undefined, 7, "{", '{"command":5}', '{"command":"start","args":"x"}', "null"]) {
      trial.slack.acts.act("U0ALICE", plan, { action_id: "drydock:0.0:start", value });
    }
    await until(
      "six answers",
      () => messages(trial, (_message, shown) => shown.includes("did not draw this button")).length >= 6,
    );
    trial.slack.acts.act("U0ALICE", plan, { action_id: "drydock:0.0:x", value: '{"command":"no-such","args":[]}' });
    await told(trial, "U0ALICE", 'There is no command "no-such"');
    expect(trial.deploy.fleet.triggers).toEqual([]);
  });

  test("somebody else's plan cannot be started", async () => {
    say("U0ALICE", "upgrade data-2");
    const plan = await told(trial, "U0ALICE", "First: `data-2`");
    trial.slack.acts.press("U0DAVE", plan, "Start");
    await until("a refusal", () => messages(trial, (_message, shown) => shown.includes("somebody else's"))[0]);
    expect(trial.deploy.fleet.triggers).toEqual([]);
  });

  test("a plan that Drydock lost is made again, and that is said", async () => {
    say("U0ALICE", "upgrade data-3");
    const plan = await told(trial, "U0ALICE", "First: `data-3`");
    await trial.killBot();
    await trial.startBot();
    trial.slack.acts.press("U0ALICE", plan, "Start");
    const again = await told(trial, "U0ALICE", "The plan that you saw is gone, so it was made again");
    expect(renderText(again)).toContain("[Start]");
    expect(trial.deploy.fleet.triggers).toEqual([]);
  });
});

describe("a rollout", () => {
  test("two presses and doubled envelopes start it once; claimed agents are left out elsewhere; stop needs no server", async () => {
    trial.slack.twice(true);
    say("U0ALICE", "upgrade data-* --slots 2");
    const plan = await told(trial, "U0ALICE", "Upgrade 6 of 15 agents");
    expect(messages(trial, (_message, shown) => shown.includes("Upgrade 6 of 15 agents"))).toHaveLength(1);
    trial.slack.acts.press("U0ALICE", plan, "Start");
    trial.slack.acts.press("U0ALICE", plan, "Start");
    await cardSays(trial, "prod-1: upgrading");
    trial.slack.twice(false);

    say("U0DAVE", "upgrade-required");
    await told(trial, "U0DAVE", "in another rollout 6");

    trial.deploy.trouble({ kind: "unreachable", seconds: 3 });
    const card = cards(trial)[0];
    if (!card) throw new Error("there is no card");
    trial.slack.acts.mention("U0DAVE", "C0ONCALL", card.ts, "stop");
    await told(trial, "U0DAVE", "Only its owner, approvers and the configured on-call people can stop prod-1");
    trial.slack.acts.mention("U0CAROL", "C0ONCALL", card.ts, "stop");
    await told(trial, "U0CAROL", "Stopped: prod-1");
    await threaded(trial, "prod-1 was stopped", 60_000);
    const { fleet } = trial.deploy;
    expect(fleet.maxInFlight).toBeLessThanOrEqual(2);
    expect(fleet.triggers.length).toBeLessThan(6);
    expect([...fleet.agents.values()].every((agent) => agent.duplicates === 0)).toBe(true);
    expect(cards(trial)).toHaveLength(1);
  });

  test(
    "where the bot cannot post, the card goes to the operations channel; a post whose reply was lost is found again",
    needs("membership", "orders for faults"),
    async () => {
      const { faults } = standin(trial);
      faults.order({ kind: "api-429", method: "chat.postMessage", times: 1 });
      await startRollout(trial, "U0ALICE", "upgrade two*", "C0RANDOM");
      await cardSays(trial, "prod-2: finished", 60_000);
      const card = cards(trial).find((message) => renderText(message).includes("prod-2"));
      expect(card?.channel).toBe("C0OPS");
      expect(await threaded(trial, "prod-2 is finished")).toContain("1 of 1 upgraded.");

      faults.order({ kind: "api-503-done", method: "chat.postMessage", times: 1 });
      await startRollout(trial, "U0ALICE", "upgrade web-1");
      await cardSays(trial, "prod-3: finished", 60_000);
      await threaded(trial, "prod-3 is finished");
      expect(cards(trial).filter((message) => renderText(message).includes("prod-3"))).toHaveLength(1);
    },
  );

  async function answersAgain(): Promise<void> {
    await until("a new connection", () => trial.slack.connections() > 0, 30_000);
    const before = messages(trial, (message) => message.only === "U0BOB").length;
    say("U0BOB", "rollouts");
    await until("an answer", () => messages(trial, (message) => message.only === "U0BOB").length > before);
  }

  test("Slack may cut the connection: commands work again", async () => {
    trial.slack.cut();
    await answersAgain();
  });

  test("Slack may ask to connect again: commands work again", needs("disconnect frames"), async () => {
    standin(trial).sockets.recycle();
    await answersAgain();
  });

  test("malformed payloads do nothing and break nothing", needs("raw envelopes"), async () => {
    const { sockets } = standin(trial);
    for (const payload of [
      null,
      7,
      "text",
      [],
      {},
      { type: "block_actions" },
      { type: "block_actions", user: {}, actions: [{}] },
      { command: "/agents" },
      { command: 5, text: {} },
    ]) {
      sockets.send("interactive", payload);
      sockets.send("slash_commands", payload);
    }
    sockets.send("events_api", { type: "event_callback", event: { type: "app_mention" } });
    const [card] = cards(trial);
    trial.slack.acts.mention("U0TWIN", "C0ONCALL", card?.ts ?? "", "status");
    await told(trial, "U0TWIN", "*prod-1*: ");
  });

  test("secrets are in neither the log nor the messages", () => {
    const everything = trial.log() + JSON.stringify(trial.slack.workspace.messages);
    for (const secret of [trial.slack.botToken, trial.slack.appToken, trial.deploy.password])
      expect(everything).not.toContain(secret);
  });
});
