import { describe, expect } from "vitest";
import { commands } from "../../commands/index.ts";
import type { AgentSeed } from "../../playground/deploy/fleet.ts";
import { renderText } from "../../playground/slack/block-kit.ts";
import { test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { needs } from "../support/needs.ts";
import { namesOf, startedPlan } from "../support/started-plan.ts";
import { until } from "../support/time.ts";

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

const DATA: readonly AgentSeed[] = Array.from({ length: 6 }, (_, i) => ({
  name: `data-${i + 1}`,
  teams: [{ teamId: "t-data", teamLabel: "Data" }],
}));
/** Eight that only Alice and Bob may upgrade, six that Dave may, and one that does not have to be. */
const DEPLOY = {
  agents: [...HOSTILE.map((name) => ({ name })), ...DATA, { name: "web-1", status: "UPGRADE_RECOMMND" }],
  seed: 2,
};

const shownTo = (trial: E2e, person: string) => trial.slack.workspace.messages.filter(({ only }) => only === person);

/** Nothing has been started. */
function nothingBegan(trial: E2e): void {
  expect(trial.deploy.fleet.triggers).toEqual([]);
  expect(trial.events().filter(({ type }) => type === "rollout.started")).toEqual([]);
}

describe("who may", () => {
  async function areRefused(trial: E2e, people: readonly (readonly [string, string, string])[]): Promise<void> {
    for (const [person, key, why] of people) {
      trial.say(person, "upgrade-required");
      expect(await trial.told(person, key)).toContain(why);
    }
    nothingBegan(trial);
  }

  test("people whom no server knows as one of its users, and bots, are told why they are refused", async ({
    start,
  }) => {
    await areRefused(await start({ deploy: DEPLOY }), [
      ["U0ELSE", "error.not-mapped", "prod"],
      ["U0TWIN", "error.email-ambiguous", "2 users"],
      ["U0ROBOT", "error.not-a-member", "Bots"],
    ]);
  });

  test(
    "guests, people who were deactivated and people of other workspaces are told why they are refused",
    needs("outsiders"),
    async ({ start }) => {
      await areRefused(await start({ deploy: DEPLOY }), [
        ["U0GUEST", "error.not-a-member", "Guests"],
        ["U0GONE", "error.not-a-member", "deactivated"],
        ["U0STRANGE", "error.not-a-member", "other workspaces"],
      ]);
    },
  );

  test("help has a line and a button for each group, and says once, at the top, what somebody cannot use", async ({
    start,
  }) => {
    const trial = await start({ deploy: DEPLOY });
    trial.say("U0DAVE", "help");
    const open = (await trial.told("U0DAVE", "help")).split("\n");
    expect(open.filter((line) => /^(Look|Upgrade|Steer|Me): /.test(line))).toHaveLength(4);
    trial.say("U0ELSE", "help");
    const marked = (await trial.told("U0ELSE", "help")).split("\n").filter((line) => !open.includes(line));
    const closed = commands.filter(({ group, needsIdentity }) => group && needsIdentity).map(({ name }) => name);
    expect(marked).toEqual([expect.stringContaining(closed.filter((name) => name !== "link").join(", "))]);

    const [help] = shownTo(trial, "U0DAVE");
    if (!help) throw new Error("no help");
    trial.slack.acts.press("U0DAVE", help, "Steer");
    const steer = await trial.told("U0DAVE", "help-group");
    // By mention, where the workspace has no slash commands.
    for (const { name } of commands.filter(({ group }) => group === "Steer"))
      expect(steer).toMatch(new RegExp(`^(/agents|@drydock) ${name}\\b`, "m"));
    // Nobody can link a token here, so no help says so.
    trial.slack.acts.press("U0DAVE", help, "Me");
    expect(await trial.told("U0DAVE", "help-group")).not.toContain("link");
  });

  test("a right through a group counts, and only on its team's agents", async ({ start }) => {
    const trial = await start({ deploy: DEPLOY });
    const plan = renderText(await trial.startRollout("U0DAVE"));
    expect(plan).not.toContain("channel");
    const { agents, excluded } = await startedPlan(trial);
    expect([...namesOf(agents)].sort()).toEqual(namesOf(DATA));
    expect(excluded.map(({ reason }) => reason)).toEqual(Array(8).fill("no permission"));
  });

  test("somebody who may only look gets a plan without agents and without Start", async ({ start }) => {
    const trial = await start({ deploy: DEPLOY });
    trial.say("U0CAROL", "upgrade-required");
    expect(await trial.told("U0CAROL", "plan")).toContain("14 left out: you lack");
    const [plan] = await until("the plan", () => shownTo(trial, "U0CAROL").length > 0 && shownTo(trial, "U0CAROL"));
    expect(plan && trial.carried(plan, "start")).toBeUndefined();
  });
});

describe("what is typed", () => {
  test("commands are answered, and typing errors with what was probably meant", async ({ start }) => {
    const trial = await start({ deploy: DEPLOY });
    for (const [i, [text, key, part]] of (
      [
        ["upgrade-requird", "error.no-such-command", "/agents upgrade-required"],
        ["list", "error.no-such-command", "Did you mean /agents status?"],
        ["pause --help", "help-command", "/agents pause [ID|all]"],
        ["upgrade required", "error.no-agent-matches", "Did you mean the command upgrade-required?"],
        ["upgrade-required --limt 3", "error.unknown-flag", "--limit"],
        ["upgrade-required --limit many", "error.not-a-number", "many"],
        ["upgrade-required --slots 11", "error.slots-out-of-range", "1 to 10"],
        ["upgrade-required --version x.y", "error.not-a-range", "x.y"],
        ["upgrade-required --server prd", "error.no-such-server", "prod"],
        ['upgrade-required --reason "open', "error.open-quote", ""],
        ["upgrade", "error.missing-word", "NAME"],
        [`upgrade ${"y".repeat(2_990)}`, "error.no-agent-matches", "No agent matches yyy"],
        [`upgrade ${"y".repeat(3_100)}`, "error.text-too-long", "3000"],
        ["help upgrade", "help-command", "/agents upgrade NAME…"],
        ["whoami", "whoami", "alice"],
        ["rollouts", "no-rollouts", ""],
        ["stop", "error.nothing-under-way", ""],
        ["", "status", "15 agents, server 7.2.3.1.1150420"],
      ] as const
    ).entries()) {
      trial.say("U0ALICE", text);
      expect([i, text, await trial.told("U0ALICE", key)]).toEqual([i, text, expect.stringContaining(part)]);
    }
  });

  test("a mention outside a thread is answered outside a thread, as Slack shows nothing in one that no message began", async ({
    start,
  }) => {
    const trial = await start({ deploy: DEPLOY });
    trial.slack.acts.mention("U0ALICE", "C0ONCALL", undefined, "help upgrade");
    const answer = await until("the answer", () => shownTo(trial, "U0ALICE")[0]);
    expect([answer.channel, answer.thread]).toEqual(["C0ONCALL", undefined]);
  });

  test("dashes and quotes that phones make are what was meant", async ({ start }) => {
    const trial = await start({ deploy: DEPLOY });
    await trial.startRollout("U0ALICE", "upgrade ‘data-*’ —limit 2 –reason “patch night”");
    const { agents, options } = await startedPlan(trial);
    expect([agents.length, options.reason]).toEqual([2, "patch night"]);
  });

  test("names from the server can mean nothing but themselves", async ({ start }) => {
    const trial = await start({ deploy: DEPLOY });
    const raw = JSON.stringify((await trial.planOf("U0ALICE", "upgrade-required")).blocks);
    expect(raw).not.toContain("<!channel>");
    expect(raw).toContain("&lt;!channel&gt;");
    expect(renderText(await trial.planOf("U0ALICE", "upgrade two*"))).toContain("two␊lines");
  });
});

describe("buttons", () => {
  test("malformed values are answered with a sentence, and nothing happens", async ({ start }) => {
    const trial = await start({ deploy: DEPLOY });
    const plan = await trial.planOf("U0ALICE", "upgrade data-1");
    const before = shownTo(trial, "U0ALICE").length;
    for (const value of [undefined, 7, "{", '{"command":5}', '{"command":"start","args":"x"}', "null"])
      trial.slack.acts.act("U0ALICE", plan, { action_id: "drydock:0.0:start", value });
    await until("six answers", () => shownTo(trial, "U0ALICE").length >= before + 6);
    const answers = shownTo(trial, "U0ALICE").slice(before);
    expect(new Set(answers.map(renderText)).size).toBe(1);
    expect(answers.map((answer) => trial.carried(answer, "start"))).toEqual(Array(6).fill(undefined));
    trial.forge("U0ALICE", plan, "x", '{"command":"no-such","args":[]}');
    await trial.told("U0ALICE", "error.no-such-command");
    nothingBegan(trial);
  });

  test("somebody else's plan cannot be started", async ({ start }) => {
    const trial = await start({ deploy: DEPLOY });
    trial.press("U0DAVE", await trial.planOf("U0ALICE", "upgrade data-2"), "start");
    await trial.told("U0DAVE", "error.not-your-plan");
    nothingBegan(trial);
  });

  test("a plan that Drydock lost is made again, and that is said", async ({ start }) => {
    const trial = await start({ deploy: DEPLOY });
    const plan = await trial.planOf("U0ALICE", "upgrade data-3");
    const before = await trial.told("U0ALICE", "plan");
    const lost = trial.carried(plan, "start");
    await trial.restart();
    trial.press("U0ALICE", plan, "start");
    const after = await trial.told("U0ALICE", "plan");
    expect([after.endsWith(before), after.length > before.length]).toEqual([true, true]);
    nothingBegan(trial);
    const again = await until("the new plan", () =>
      shownTo(trial, "U0ALICE").find((message) => ![undefined, lost].includes(trial.carried(message, "start"))),
    );
    trial.press("U0ALICE", again, "start");
    expect(namesOf((await startedPlan(trial)).agents)).toEqual(["data-3"]);
  });
});
