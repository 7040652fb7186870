import { afterEach, expect, test } from "vitest";
import { factsOf, restartWith } from "../support/approvals.ts";
import { messages, renderText, startCompiled, type Trial, told, until } from "../support/trial.ts";

let trial: Trial;
afterEach(() => trial.stop());

const NEW = "7.3.2.1.1";
const data = [{ teamId: "t-data", teamLabel: "Data" }];

/** The server is upgraded: from now on these agents cannot deploy. */
function turnRequired(...names: readonly string[]): void {
  for (const name of names) {
    const agent = trial.deploy.fleet.find(name);
    if (agent) agent.shown = { status: "UPGRADE_REQUIRED", version: "6.2.7.1.960390" };
  }
}

function notices(): readonly string[] {
  return messages(trial, ({ channel, thread, only }) => channel === "C0OPS" && !thread && !only).map((message) =>
    renderText(message),
  );
}

test("agents that turn Upgrade Required are told of once, by team and tag, with a plan one press away", async () => {
  const well = { status: "ONLINE", version: NEW };
  trial = await startCompiled({
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
  await trial.startBot();
  await until("the first count", () => factsOf(trial, "server.prod").some(({ type }) => type === "required.counted"));
  expect(notices()).toEqual([]);

  turnRequired("web-1", "web-2", "db-1");
  const notice = await until("the notice", () =>
    messages(trial, ({ channel }, shown) => channel === "C0OPS" && shown.includes("turned Upgrade Required")).at(-1),
  );
  expect(renderText(notice)).toContain("3 agents on prod turned Upgrade Required: they cannot deploy");
  expect(renderText(notice)).toContain("Before them 1 agent was so. The server is at `7.3.2.1.1`.");
  expect(renderText(notice)).toContain("By team: `Web` 2, `Data` 1.");
  expect(renderText(notice)).toContain("By tag: `pci` 1.");

  trial.slack.acts.press("U0BOB", notice, "Plan their upgrade");
  await told(trial, "U0BOB", "agents on prod");

  turnRequired("db-2");
  await until("the same notice grows", () => notices().some((text) => text.includes("4 agents on prod")) || undefined);
  await restartWith(trial);
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", "blocked");
  const mine = renderText(await told(trial, "U0ALICE", "cannot deploy until they are upgraded"));
  expect(mine).toContain("5 of 5 agents on prod cannot deploy");
  expect(mine).toContain("By team: `Web` 3, `Data` 2.");
  expect(notices()).toHaveLength(1);
}, 60_000);
