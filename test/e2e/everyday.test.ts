import { afterEach, describe, expect, test } from "vitest";
import type { AgentSeed } from "../../playground/deploy/fleet.ts";
import { DEFAULT_PEOPLE, type SlackMessage, type SlackView } from "../../playground/slack/workspace.ts";
import { openDatabase } from "../../src/adapters/database.ts";
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

let trial: Trial;
afterEach(() => trial.stop());

function say(person: string, text: string, channel = "C0ONCALL"): void {
  trial.slack.acts.slash(person, channel, text);
}

async function openView(): Promise<SlackView> {
  return until("a modal", () => [...trial.slack.workspace.views.values()].at(-1));
}

function viewText(view: SlackView): string {
  return renderText({ text: "", blocks: (view.view.blocks ?? []) as SlackMessage["blocks"] });
}

const DATA = { teamId: "t-data", teamLabel: "Data" };
const SOME: readonly AgentSeed[] = [
  { name: "web-1", tags: ["pci"], relayId: "r-1" },
  { name: "web-2", relayId: "r-1" },
  { name: "web-3", relayId: "r-2", status: "ONLINE", version: "7.2.3.1.1150420" },
  { name: "web-4", relayId: "r-2", status: "OFFLINE" },
  { name: "db-1", teams: [DATA], relayId: "r-2" },
  { name: "db-2", teams: [DATA], relayId: "r-2", status: "UPGRADE_RECOMMND" },
];

const MANY = Array.from({ length: 130 }, (_, i) => ({ name: `web-${String(i + 1).padStart(3, "0")}` }));

describe("choosing", () => {
  test("by team, relay and tag; a name that is not in the plan is told why", async () => {
    trial = await startCompiled({ deploy: { agents: SOME } });
    await trial.startBot();
    for (const [text, first] of [
      ["upgrade-required --team Data", "Upgrade 1 of 3 agents"],
      ["upgrade * --team=t-data", "Upgrade 2 of 4 agents"],
      ["upgrade * --relay r-2", "Upgrade 2 of 4 agents"],
      ["upgrade * --tag pci --team Web", "Upgrade 1 of 4 agents"],
    ] as const) {
      say("U0ALICE", `${text} --reason "${text}"`);
      const plan = await told(trial, "U0ALICE", `Reason: \`${text}\``);
      expect([text, renderText(plan)]).toEqual([text, expect.stringContaining(first)]);
    }
    say("U0ALICE", "upgrade web-1 web-3 web-4 web-9");
    const plan = renderText(await told(trial, "U0ALICE", "web-9"));
    expect(plan).toContain("`web-3`: online, version 7.2.3.1.1150420: not what was asked for.");
    expect(plan).toContain("`web-4`: offline: whether it needs the upgrade is not known.");
    expect(plan).toContain("`web-9`: there is no agent of this name that you may view.");
    say("U0ALICE", "upgrade * --relay r-3");
    await told(trial, "U0ALICE", 'There is no relay "r-3" on prod. Did you mean r-1?');
    // Dave may view only what is on the Data team.
    say("U0DAVE", "upgrade web-1 db-1");
    expect(renderText(await told(trial, "U0DAVE", "db-1"))).toContain("no permission 1:");
    expect(messages(trial, (message, shown) => message.only === "U0DAVE" && shown.includes("web-2"))).toEqual([]);
  });

  test("a filter on a field that the server does not report is an error", async () => {
    trial = await startCompiled({ deploy: { agents: SOME }, server: ["never: [{tag: frozen, reason: year-end}]"] });
    trial.deploy.conditions.unreported = ["tags", "relayId"];
    await trial.startBot();
    say("U0ALICE", "upgrade-required --tag pci");
    await told(trial, "U0ALICE", "prod does not report the tags of its agents, so --tag cannot choose among them.");
    say("U0ALICE", "upgrade-required --relay r-1");
    await told(trial, "U0ALICE", "prod does not report the relays of its agents");
    // Nor can a rule about tags be seen to be kept: nothing is upgraded then.
    say("U0ALICE", "upgrade-required");
    await told(trial, "U0ALICE", "never list 3");
  });

  test("Adjust: a field that is wrong is told in the form; the others make a new plan", async () => {
    trial = await startCompiled({ deploy: { agents: SOME } });
    await trial.startBot();
    say("U0ALICE", "upgrade-required --reason old");
    trial.slack.acts.press("U0ALICE", await told(trial, "U0ALICE", "Reason: `old`"), "Adjust");
    const view = await openView();
    const fields = (slots: string) =>
      Object.fromEntries(
        Object.entries({ slots, reason: "--patch night" }).map(([id, value]) => [
          id,
          { [`drydock:field:${id}`]: { type: "plain_text_input", value } },
        ]),
      );
    trial.slack.acts.endView(view.id, "view_submission", fields("11"));
    await until("what is wrong", () => view.errors.slots?.includes("A whole number from 1 to 10"));
    trial.slack.acts.endView(view.id, "view_submission", fields("4"));
    await until("the modal to close", () => !trial.slack.workspace.views.has(view.id));
    expect(renderText(await told(trial, "U0ALICE", "Reason: `--patch night`"))).toContain("At most 4 at once");
  });

  test(
    "Adjust: search, glob, a field that is wrong, a new plan in the same place",
    needs("searches", "private presses"),
    async () => {
      trial = await startCompiled({ deploy: { agents: MANY } });
      await trial.startBot();
      say("U0ALICE", "upgrade-required --reason old");
      const plan = await told(trial, "U0ALICE", "Upgrade 130 of 130 agents");
      trial.slack.acts.press("U0ALICE", plan, "Adjust");
      const view = await openView();
      const { acts } = trial.slack;
      expect((await acts.search(view.id, "exclude", "")).length).toBe(100);
      const [glob, one] = await acts.search(view.id, "exclude", "web-00*");
      expect([glob?.text.text, one?.text.text]).toEqual(["all 9 that match web-00*", "web-001"]);
      const [single] = await acts.search(view.id, "exclude", "B-13");
      const field = (id: string, filled: object) => ({ [id]: { [`drydock:field:${id}`]: filled } });
      const values = {
        ...field("exclude", { type: "multi_external_select", selected_options: [glob, single] }),
        ...field("only", { type: "multi_external_select", selected_options: [] }),
        ...field("canary", { type: "plain_text_input", value: "2" }),
        ...field("reason", { type: "plain_text_input", value: "--patch night" }),
      };
      acts.endView(view.id, "view_submission", {
        ...values,
        ...field("slots", { type: "plain_text_input", value: "11" }),
      });
      await until("what is wrong", () => view.errors.slots?.includes("A whole number from 1 to 10"));
      acts.endView(view.id, "view_submission", {
        ...values,
        ...field("slots", { type: "plain_text_input", value: "4" }),
      });
      await until("the modal to close", () => !trial.slack.workspace.views.has(view.id));
      await until("the plan to change in its place", () => renderText(plan).includes("Upgrade 120 of 130 agents"));
      expect(renderText(plan)).toContain("At most 4 at once");
      expect(renderText(plan)).toContain("Reason: `--patch night`");
      expect(renderText(plan)).toContain("2 canaries first (`web-010`, `web-011`)");
    },
  );
});

describe("a card's agents", () => {
  async function startMany(): Promise<SlackMessage> {
    trial = await startCompiled({ deploy: { agents: MANY, scale: 200 } });
    await trial.startBot();
    await startRollout(trial);
    await cardSays(trial, "prod-1: upgrading");
    const [card] = cards(trial);
    if (!card) throw new Error("there is no card");
    return card;
  }

  function listThatSays(part: string): Promise<SlackView> {
    return until(`a list that says "${part}"`, () =>
      [...trial.slack.workspace.views.values()].find((open) => viewText(open).includes(part)),
    );
  }

  test("as a list for those who may view them, and in a file when it has ended", async () => {
    const card = await startMany();
    trial.slack.acts.press("U0ALICE", card, "Agents");
    expect(viewText(await listThatSays("page 1 of 3"))).toContain("130 agents");
    // Bob may view the Web team's agents, which these are; Dave may not.
    trial.slack.acts.press("U0DAVE", card, "Agents");
    await listThatSays("130 agents that you may not view");
    trial.slack.acts.press("U0ALICE", card, "Stop");
    const file = await until("the file", () => messages(trial, ({ files }) => files.length > 0)[0]?.files[0], 60_000);
    expect(file.name).toBe("prod-1.csv");
    expect(file.content.split("\r\n")).toHaveLength(132);
    expect(file.content).toContain("not begun");
  });

  test("a page at a time", needs("buttons in modals"), async () => {
    const card = await startMany();
    trial.slack.acts.press("U0ALICE", card, "Agents");
    const list = await listThatSays("page 1 of 3");
    trial.slack.acts.pressInView(list.id, "Next");
    await until("the next page", () => viewText(list).includes("page 2 of 3"));
  });
});

test("the first card comes before the rights are read; what was read is known for a while", async () => {
  const agents = Array.from({ length: 300 }, (_, i) => ({ name: `data-${i}`, teams: [DATA] }));
  trial = await startCompiled({ deploy: { agents, latency: 20 } });
  await trial.startBot();
  say("U0DAVE", "upgrade-required");
  const first = await told(trial, "U0DAVE", "Rights checked 0 of 300.");
  expect(renderText(first)).not.toContain("data-1");
  // One plan in the making for each person.
  say("U0DAVE", "upgrade-required --limit 3");
  await told(trial, "U0DAVE", "Your plan for prod is still in the making.");
  const plan = await told(trial, "U0DAVE", "Upgrade 300 of 300 agents");
  expect(renderText(plan)).toContain("[Start]? [Adjust] [Cancel]");
  // Slack has no way to replace what answers a typed command: it is said once how far the reading is.
  const unfinished = messages(trial, ({ only }, shown) => only === "U0DAVE" && shown.includes("Rights checked"));
  expect([unfinished.length, first === plan]).toEqual([1, false]);
  // What was read is known for ten minutes: the second plan asks about no agent again.
  const asked = trial.deploy.requests.get("GET /cli/agentCLI/info");
  say("U0DAVE", "upgrade-required --limit 3");
  await told(trial, "U0DAVE", "Upgrade 3 of 300 agents");
  expect(trial.deploy.requests.get("GET /cli/agentCLI/info")).toBe(asked);
  // A start reads those that were chosen, and no others.
  await startRollout(trial, "U0DAVE", "upgrade-required --limit 5");
  await cardSays(trial, "prod-1: upgrading");
});

test("those who ask at the same time share one reading of the fleet", async () => {
  trial = await startCompiled({ deploy: { agents: SOME, latency: 100 } });
  await trial.startBot();
  const before = trial.deploy.requests.get("GET /cli/agentCLI") ?? 0;
  for (const person of ["U0ALICE", "U0BOB", "U0CAROL", "U0DAVE"]) say(person, "upgrade-required");
  for (const person of ["U0ALICE", "U0BOB", "U0CAROL", "U0DAVE"]) await told(trial, person, "of 3 agents on prod");
  expect((trial.deploy.requests.get("GET /cli/agentCLI") ?? 0) - before).toBe(1);
});

test("errors by cause, with remedy and places on the host; what is learned is used the next time", async () => {
  const agents: AgentSeed[] = [
    ...Array.from({ length: 3 }, (_, i) => ({ name: `=bad-${i}`, fault: "refused" as const })),
    { name: "gone", fault: "never-back" },
    { name: "new", version: "7.3.1.0.5", fault: "back-old" },
    { name: "fine" },
    { name: "later", status: "UPGRADE_RECOMMND" },
  ];
  trial = await startCompiled({ deploy: { agents, scale: 400, serverVersion: "8.0.0.0.1" } });
  await trial.startBot();
  await startRollout(trial);
  const jar = await threaded(trial, "3 agents: no write permission on AGENT_HOME/bin/air-agentupgrade.jar");
  expect(jar).toContain("needs execute, read and write on air-agentupgrade.jar");
  expect(jar).toContain("the jar bin/air-agentupgrade.jar; upgrade log bin/upgrade.out or var/log/upgrade.log");
  expect(await threaded(trial, "1 agent: came back at the old version", 60_000)).toContain(
    "var/upgrade/air-agentupgrade.jar",
  );
  expect(await threaded(trial, "1 agent: went offline and did not come back", 60_000)).toContain("its relay down");
  expect(await threaded(trial, "prod-1 is finished, with failures", 60_000)).toContain("1 Upgrade Recommended.");
  const file = await until("the file", () => messages(trial, ({ files }) => files.length > 0)[0]?.files[0]);
  expect(file.content).toContain("'=bad-0,");
  expect(file.content).toMatch(
    /fine,.*verified,,8\.0\.0\.0\.1,6\.2\.7\.1\.960390,8\.0\.0\.0\.1,1,\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/,
  );
  say("U0ALICE", "upgrade later");
  await told(trial, "U0ALICE", "from what upgrades took before");
});

test(
  "a file that Slack does not take is told about once, and holds nothing else up",
  needs("orders for faults"),
  async () => {
    trial = await startCompiled({ deploy: { agents: [{ name: "late", fault: "late-back" }], scale: 400 } });
    standin(trial).faults.order({ kind: "missing-scope", method: "files.getUploadURLExternal", times: 100 });
    await trial.startBot();
    await startRollout(trial);
    await threaded(trial, "The full list (prod-1.csv) is not shown here: Slack does not take it (missing_scope).");
    await threaded(trial, "`late` came back at", 60_000);
    expect(messages(trial, (_message, shown) => shown.includes("is not shown here"))).toHaveLength(1);
  },
);

test("running deployments: told, waited for, or wanted gone", async () => {
  trial = await startCompiled({ deploy: { agents: SOME, scale: 200 }, server: ["whenBusy: wait_until_zero"] });
  trial.deploy.conditions.running = 14;
  await trial.startBot();
  say("U0ALICE", "upgrade-required");
  await told(
    trial,
    "U0ALICE",
    "14 agents run deployments now; the server does not say which. Nothing begins while any does.",
  );
  await startRollout(trial, "U0ALICE", "upgrade web-1");
  await cardSays(trial, "Waits: 14 of prod's agents run deployments.");
  expect(trial.deploy.fleet.triggers).toEqual([]);
  trial.deploy.conditions.running = 0;
  await cardSays(trial, "1 of 1 upgraded", 60_000);
});

test("require_maintenance: nothing begins outside the server's maintenance mode, and inside it everything does", async () => {
  trial = await startCompiled({ deploy: { agents: SOME, scale: 200 }, server: ["whenBusy: require_maintenance"] });
  await trial.startBot();
  await startRollout(trial, "U0ALICE", "upgrade web-1");
  await cardSays(trial, "Waits for prod's maintenance mode, which is off.");
  expect(trial.deploy.fleet.triggers).toEqual([]);
  trial.deploy.conditions.maintenance = true;
  await cardSays(trial, "1 of 1 upgraded", 60_000);
});

test("several servers: one overview, one that does not answer spoils nothing, rollouts side by side", async () => {
  trial = await startCompiled({
    deploy: { agents: SOME, scale: 200 },
    others: { stage: { agents: [{ name: "s-1" }, { name: "s-2" }], scale: 200 }, dead: { agents: 1 } },
  });
  await trial.startBot();
  await trial.others.get("dead")?.stop();
  say("U0ALICE", "");
  const overview = renderText(await told(trial, "U0ALICE", "*stage*: 2 agents"));
  expect(overview).toContain("*prod*: 6 agents");
  expect(overview).toContain("*dead*: no usable answer.");
  say("U0ALICE", "upgrade-required");
  await told(
    trial,
    "U0ALICE",
    "There are several servers; say which: --server prod or --server stage or --server dead.",
  );
  await startRollout(trial, "U0ALICE", "upgrade-required --server prod");
  await startRollout(trial, "U0ALICE", "upgrade-required --server stage");
  await cardSays(trial, "prod-1: finished", 60_000);
  await cardSays(trial, "stage-1: finished", 60_000);
});

describe("disclosure", () => {
  const people = ["U0ALICE", "U0GUEST"];
  const crowd = Array.from({ length: 80 }, (_, i) => ({ id: `U0CROWD${i}`, name: `crowd-${i}` }));
  const channels = [
    { id: "C0ONCALL", name: "on-call", bot: true, is_ext_shared: true },
    { id: "C0RANDOM", name: "random", bot: true, members: people },
    { id: "C0FINE", name: "fine", bot: true, members: people, is_ext_shared: true },
    { id: "C0CROWD", name: "crowd", bot: true, members: [...crowd.map(({ id }) => id), "U0GUEST"] },
    { id: "C0OPS", name: "operations", bot: true, members: crowd.map(({ id }) => id) },
  ];

  test(
    "shared channels and channels with guests show no card unless they are listed with that consent",
    needs("shared channels", "outsiders"),
    async () => {
      trial = await startCompiled({
        deploy: { agents: SOME, scale: 400 },
        slack: { channels, people: [...DEFAULT_PEOPLE, ...crowd] },
        channels: "[C0ONCALL, C0RANDOM, C0CROWD, {id: C0FINE, shared: true, guests: true}]",
      });
      await trial.startBot();
      await startRollout(trial, "U0ALICE", "upgrade web-1", "C0ONCALL");
      await told(trial, "U0ALICE", "Not shown in this channel: it is shared with another organisation");
      await startRollout(trial, "U0ALICE", "upgrade web-2", "C0RANDOM");
      await told(trial, "U0ALICE", "Not shown in this channel: it has guests in it");
      await startRollout(trial, "U0ALICE", "upgrade db-2", "C0CROWD");
      await until(
        "the crowd's guest",
        () => messages(trial, (_m, shown) => shown.includes("it has guests in it")).length === 2,
      );
      await startRollout(trial, "U0ALICE", "upgrade db-1", "C0FINE");
      await until("four cards", () => cards(trial).length === 4);
      expect(
        cards(trial)
          .map(({ channel }) => channel)
          .sort(),
      ).toEqual(["C0FINE", "C0OPS", "C0OPS", "C0OPS"]);
    },
  );
});

test("fair use: 20 commands a minute, and stop all the same; a refusal that repeats itself is counted", async () => {
  trial = await startCompiled({ deploy: { agents: SOME } });
  await trial.startBot();
  for (let i = 0; i < 30; i += 1) say("U0ALICE", "rollouts");
  await told(trial, "U0ALICE", "That was 20 commands within a minute");
  say("U0ALICE", "stop");
  await told(trial, "U0ALICE", "No rollout is under way");
  expect(await trial.endBot()).toBe(0);
  const ledger = openDatabase(`${trial.directory}/drydock.db`, { readonly: true });
  const rows = ledger
    .prepare<[]>("SELECT * FROM event")
    .all()
    .map((row) => JSON.stringify(row));
  ledger.close();
  expect(rows.filter((row) => row.includes("There has been no rollout yet")).length).toBe(20);
  const refused = rows.filter((row) => row.includes("That was 20 commands"));
  expect(refused.length).toBeLessThan(10);
  expect(refused.some((row) => row.includes("person.refused"))).toBe(true);
});
