import { afterEach, expect, test } from "vitest";
import { fillIn, modalOf, planOf } from "../support/approvals.ts";
import { cardSays, renderText, startCompiled, type Trial, threaded, told, until } from "../support/trial.ts";

let trial: Trial;
afterEach(() => trial.stop());

const BEFORE = "7.0.5.2.1050384";

test("agents on z/OS are left out; inactive ones are taken where the server takes them and they are asked for", async () => {
  const agents = [
    { name: "web-1", os: "Linux" },
    { name: "old-1", os: "Linux", active: false },
    { name: "mf-1", os: "z/OS" },
  ];
  trial = await startCompiled({
    deploy: { agents, serverVersion: BEFORE, scale: 200 },
    others: { later: { agents, serverVersion: "7.2.3.1.1150420" } },
  });
  const { fleet, conditions } = trial.deploy;
  conditions.inactiveLinks = true;
  await trial.startBot();
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", "upgrade * --server later --include-inactive");
  await told(
    trial,
    "U0ALICE",
    'later is at 7.2.3.1.1150420, and the setting Enable "Show Inactive" Links is gone from 7.1 on.',
  );
  const without = renderText(await planOf(trial, "U0ALICE", "upgrade * --server prod", "Adjust"));
  expect(without).toContain("Upgrade 1 of 2 agents on prod");
  expect(without).not.toContain("old-1");
  const plan = await planOf(trial, "U0ALICE", "upgrade * --server prod --include-inactive", "Adjust");
  const shown = renderText(plan);
  expect(shown).toContain("Upgrade 2 of 3 agents on prod");
  expect(shown).toContain("upgrades in its own way 1: `mf-1` (`it runs on z/OS: follow the vendor's own procedure");
  expect(shown).toContain("1 of them is inactive on the server (`old-1`).");
  trial.slack.acts.press("U0ALICE", plan, "Adjust");
  await fillIn(trial, "U0ALICE", "reason", "patch night");
  const adjusted = await told(trial, "U0ALICE", "Reason: `patch night`");
  expect(renderText(adjusted)).toContain("1 of them is inactive on the server (`old-1`).");
  trial.slack.acts.press("U0ALICE", adjusted, "Start");
  await cardSays(trial, "2 of 2 upgraded", 60_000);
  await threaded(trial, "prod-1 is finished: 2 of 2 upgraded.");
  expect(fleet.find("mf-1")?.accepted).toBe(0);
  expect(fleet.find("old-1")?.accepted).toBe(1);
});

test("one that no plan asked is asked before its turn, and skipped with the reason", async () => {
  const agents = Array.from({ length: 301 }, (_, i) => ({ name: `web-${String(i).padStart(3, "0")}` }));
  const last = { name: "web-999", os: "z/OS" };
  trial = await startCompiled({ deploy: { agents: [...agents, last], scale: 2_000 } });
  await trial.startBot();
  const plan = await planOf(trial, "U0ALICE", "upgrade-required", "Start");
  expect(renderText(plan)).toContain("What 2 agents run on is asked only before their turn");
  trial.slack.acts.press("U0ALICE", plan, "Start");
  await until("the plan to be carried out", () => trial.deploy.fleet.triggers.length === 301, 60_000);
  await threaded(trial, "prod-1 is finished: 301 of 302 upgraded, 1 skipped", 60_000);
});

test("where Java rises and an agent's is not known, one canary of each kind goes first, also after Adjust", async () => {
  const agents = [
    { name: "web-1", os: "Linux" },
    { name: "web-2", os: "Linux" },
    { name: "win-1", os: "Windows Server 2019" },
    { name: "old-1", os: "Linux", properties: { "java.version": "1.8.0_292" } },
  ];
  trial = await startCompiled({ deploy: { agents, scale: 200 }, server: ["java: {property: java.version}"] });
  const { fleet } = trial.deploy;
  await trial.startBot();
  const plan = await planOf(trial, "U0ALICE", "upgrade-required", "Adjust");
  const shown = renderText(plan);
  expect(shown).toContain("Java too old 1: `old-1` (`it runs on Java 8 and Java 11 is needed from 7.0.2 on");
  expect(shown).toContain("on what 3 of these agents run is not known: one of each kind has to be among the canaries");
  expect(shown).toContain("2 canaries first (`web-1`, `win-1`)");
  trial.slack.acts.press("U0ALICE", plan, "Adjust");
  const filled = Object.entries({ canary: "1", reason: "patch night" }).map(([field, value]) => [
    field,
    { [`drydock:field:${field}`]: { type: "plain_text_input", value } },
  ]);
  const view = await modalOf(trial, "U0ALICE");
  trial.slack.acts.endView(view.id, "view_submission", Object.fromEntries(filled));
  const adjusted = await told(trial, "U0ALICE", "Reason: `patch night`");
  expect(renderText(adjusted)).toContain("2 canaries first (`web-1`, `win-1`)");
  trial.slack.acts.press("U0ALICE", adjusted, "Start");
  await cardSays(trial, "Canaries: 2 of 2 stable", 60_000);
  await cardSays(trial, "3 of 3 upgraded", 60_000);
  const asked = fleet.triggers.map(({ agent }) => fleet.find(agent)?.name);
  expect([asked.slice(0, 2).sort(), asked.slice(2)]).toEqual([["web-1", "win-1"], ["web-2"]]);
});
