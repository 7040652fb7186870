import { afterEach, expect, test } from "vitest";
import { fillIn, planOf } from "../support/approvals.ts";
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
