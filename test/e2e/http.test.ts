import { afterAll, beforeAll, expect, test } from "vitest";
import { BOT, type SlackView } from "../../playground/slack/workspace.ts";
import { needs } from "../support/needs.ts";
import {
  cardSays,
  cards,
  messages,
  standin,
  startCompiled,
  startRollout,
  type Trial,
  threaded,
  told,
  until,
} from "../support/trial.ts";

let trial: Trial;
beforeAll(async () => {
  trial = await startCompiled({
    deploy: { agents: [{ name: "web-1" }, { name: "web-2" }, { name: "rest-1" }], scale: 200 },
    slack: { command: "/fleet" },
    http: true,
  });
  await trial.startBot();
});
afterAll(() => trial.stop());

test("/healthz tells how Drydock is; every other path is not there", async () => {
  const health = await fetch(`${trial.botUrl}/healthz`);
  expect([health.status, await health.json()]).toEqual([200, { status: "ok", servers: 1, answering: 1 }]);
  expect((await fetch(`${trial.botUrl}/`)).status).toBe(404);
  expect((await fetch(`${trial.botUrl}/slack/events`)).status).toBe(404);
});

test("the main job over signed requests, each of them delivered twice; the slash word is a setting", async () => {
  trial.slack.twice(true);
  await startRollout(trial, "U0ALICE", "upgrade-required --name web-*");
  await cardSays(trial, "prod-1: upgrading");
  trial.slack.twice(false);
  expect(await threaded(trial, "prod-1 is finished", 60_000)).toContain("2 of 2 upgraded.");
  expect(cards(trial)).toHaveLength(1);
  expect(trial.deploy.fleet.triggers).toHaveLength(2);
  trial.slack.acts.slash("U0BOB", "C0ONCALL", "help");
  await told(trial, "U0BOB", "/fleet upgrade-required");
});

async function openForm(agents: string): Promise<SlackView> {
  trial.slack.acts.slash("U0ALICE", "C0ONCALL", `upgrade ${agents}`);
  trial.slack.acts.press("U0ALICE", await told(trial, "U0ALICE", "Upgrade 1 of"), "Adjust");
  return until("a modal", () => [...trial.slack.workspace.views.values()].at(-1));
}

test("a form's errors travel in the answer to the request", async () => {
  const view = await openForm("rest-*");
  trial.slack.acts.endView(view.id, "view_submission", { slots: { "drydock:field:slots": { value: "many" } } });
  await until("what is wrong", () => view.errors.slots);
  trial.slack.acts.endView(view.id, "view_submission", { reason: { "drydock:field:reason": { value: "night" } } });
  await told(trial, "U0ALICE", "Reason: `night`");
  trial.slack.acts.mention("U0ALICE", "C0ONCALL", cards(trial)[0]?.ts ?? "", "status");
  await told(trial, "U0ALICE", "*prod-1*: 2 of 2 upgraded.");
});

test("a search's options travel in the answer to the request", needs("searches"), async () => {
  const view = await openForm("rest-*");
  const options = await trial.slack.acts.search(view.id, "exclude", "rest");
  expect(options.map(({ text }) => text.text)).toEqual(["rest-1"]);
});

test.each([
  ["too old", -301],
  ["from the future", 400],
])("a request that is %s is refused, and does nothing", needs("request dates"), async (_how, skew) => {
  const { http, acts } = standin(trial);
  const before = http.statuses.length;
  const answers = () => messages(trial, ({ only, user }) => only === "U0CAROL" && user === BOT);
  const said = answers().length;
  http.skew = skew;
  acts.slash("U0CAROL", "C0ONCALL", "help");
  await until("an answer", () => http.statuses.length > before);
  http.skew = 0;
  expect(http.statuses.at(-1)).toBe(401);
  expect(answers()).toHaveLength(said);
});

test("a wrong signature is refused", async () => {
  const stamp = String(Math.floor(Date.now() / 1000));
  const answer = await fetch(`${trial.botUrl}/slack/events`, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "x-slack-request-timestamp": stamp,
      "x-slack-signature": "v0=0000",
    },
    body: "command=%2Ffleet&text=stop+all&user_id=U0ALICE&channel_id=C0ONCALL",
  });
  expect(answer.status).toBe(401);
});

test("SIGTERM ends it in order", async () => {
  expect(await trial.endBot()).toBe(0);
});
