import { expect } from "vitest";
import { renderText } from "../../playground/slack/block-kit.ts";
import { test } from "../support/e2e.ts";
import { until } from "../support/time.ts";

const NEW = "7.3.2.1.1";
const data = [{ teamId: "t-data", teamLabel: "Data" }];

test("agents that turn Upgrade Required are told of once, by team and tag, with a plan one press away", async ({
  start,
}) => {
  const well = { status: "ONLINE", version: NEW };
  const trial = await start({
    deploy: {
      serverVersion: NEW,
      agents: [
        { name: "old-1" },
        { name: "web-1", tags: ["pci"], ...well },
        { name: "web-2", ...well },
        { name: "db-1", teams: data, ...well },
        { name: "db-2", teams: data, ...well },
      ],
    },
  });
  /** The server is upgraded: from now on these agents cannot deploy. */
  function turnRequired(...names: readonly string[]): void {
    for (const name of names) {
      const agent = trial.deploy.fleet.find(name);
      if (agent) agent.shown = { status: "UPGRADE_REQUIRED", version: "6.2.7.1.960390" };
    }
  }
  const notices = () =>
    trial.slack.workspace.messages.filter(({ channel, thread, only }) => channel === "C0OPS" && !thread && !only);

  await trial.event("server.prod", "required.counted");
  expect(notices()).toEqual([]);

  turnRequired("web-1", "web-2", "db-1");
  const notice = await trial.message("server.prod/required-1");
  expect(notices()).toEqual([notice]);
  for (const part of ["3 agents", "1 agent was", "`7.3.2.1.1`", "`Web` 2, `Data` 1", "`pci` 1"])
    expect(renderText(notice)).toContain(part);

  trial.press("U0BOB", notice, "upgrade-required");
  await trial.plan("U0BOB");

  turnRequired("db-2");
  await until("the same notice grows", () => renderText(notice).includes("`Data` 2, `Web` 2"));
  await trial.restart();
  trial.say("U0ALICE", "status");
  expect(await trial.told("U0ALICE", "status")).toContain("Web 3, Data 2");
  expect(notices()).toEqual([notice]);
});

test("status says once that a server refuses Drydock's account", async ({ start }) => {
  const trial = await start({ deploy: { agents: [{ name: "web-1" }] } });
  trial.deploy.answer({ kind: "unauthorized", to: "reads", times: 100 });
  await trial.pass(30_000);
  trial.say("U0ALICE", "status");
  expect((await trial.told("U0ALICE", "status")).split("refuses Drydock's own account")).toHaveLength(2);
});
