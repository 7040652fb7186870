import { expect } from "vitest";
import { NO_OPTIONS, type Option } from "../../playground/slack/view-actions.ts";
import type { SlackView } from "../../playground/slack/workspace.ts";
import { testOneProgram } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { needs } from "../support/needs.ts";

const test = testOneProgram({
  deploy: { agents: [{ name: "web-1" }, { name: "web-2" }, { name: "rest-1" }], scale: 200 },
  slack: { command: "/fleet" },
  http: true,
});

test("the main job over signed requests, each of them delivered twice; the slash word is a setting", async ({
  trial,
}) => {
  trial.slack.twice(true);
  await trial.startRollout("U0ALICE", "upgrade-required --name web-*");
  const card = await trial.message("prod-1/card");
  trial.slack.twice(false);
  expect(await trial.ended("prod-1")).toEqual({ "web-1": "verified", "web-2": "verified" });
  expect(trial.events("rollout.prod-2")).toEqual([]);
  expect(trial.deploy.fleet.triggers).toHaveLength(2);
  trial.say("U0BOB", "help");
  expect(await trial.told("U0BOB", "help")).toContain("/fleet help upgrade");
  trial.mention("U0ALICE", card, "status");
  await trial.told("U0ALICE", "rollout-status");
});

function openForm(trial: E2e, agents: string): Promise<SlackView> {
  return trial.form("U0ALICE", async () =>
    trial.press("U0ALICE", await trial.planOf("U0ALICE", `upgrade ${agents}`, "adjust"), "adjust"),
  );
}

test("a form's errors travel in the answer to the request", async ({ trial }) => {
  const view = await openForm(trial, "rest-*");
  await trial.submit("U0ALICE", { slots: "many" });
  await trial.until("what is wrong", () => view.errors.slots, "U0ALICE");
  await trial.submit("U0ALICE", { slots: "3", reason: "night" });
  expect(await trial.told("U0ALICE", "plan")).toContain("night");
});

/** Types into the search field until options come: a loaded machine may take longer than Slack waits for them. */
async function searchFor(trial: E2e, view: SlackView, query: string): Promise<readonly Option[]> {
  let options: readonly Option[] | undefined;
  while (!options)
    options = await trial.slack.acts.search(view.id, "exclude", query).catch((error: Error) => {
      if (error.message !== NO_OPTIONS) throw error;
      return undefined;
    });
  return options;
}

test(
  "a search's options travel in the answer to the request, each time that it is typed",
  needs("searches"),
  async ({ trial }) => {
    const view = await openForm(trial, "rest-*");
    for (const query of ["rest", "rest"]) {
      const options = await searchFor(trial, view, query);
      expect(options.map(({ text }) => text.text)).toEqual(["rest-1"]);
    }
  },
);

test(
  "a request that is too old, from the future, or wrongly signed is refused, and does nothing",
  needs("request dates"),
  async ({ trial }) => {
    const { http } = trial.standin;
    for (const skew of [-301, 400]) {
      const before = http.statuses.length;
      http.skew = skew;
      trial.say("U0CAROL", "rollouts");
      await trial.until("an answer", () => http.statuses.length > before);
      expect(http.statuses.at(-1)).toBe(401);
    }
    const stamp = String(Math.floor(Date.now() / 1000));
    const answer = await fetch(`${trial.botUrl}/slack/events`, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": "v0=0000",
      },
      body: "command=%2Ffleet&text=stop+all&user_id=U0CAROL&channel_id=C0ONCALL",
    });
    expect(answer.status).toBe(401);
    // What comes after them is answered: nothing of theirs was.
    http.skew = 0;
    trial.say("U0CAROL", "help");
    await trial.told("U0CAROL", "help");
    const asked = trial.events("person.U0CAROL").filter(({ type }) => type === "person.asked");
    expect(new Set(asked.map(({ data }) => data.command))).toEqual(new Set(["help"]));
  },
);

test("/healthz says that Drydock is alive, every other path is not there, SIGTERM ends it in order, and it wrote JSON lines", async ({
  trial,
}) => {
  const health = await fetch(`${trial.botUrl}/healthz`);
  expect([health.status, await health.json()]).toEqual([200, { status: "alive" }]);
  expect((await fetch(`${trial.botUrl}/`)).status).toBe(404);
  expect((await fetch(`${trial.botUrl}/slack/events`)).status).toBe(404);
  expect(await trial.endBot()).toBe(0);
  for (const line of trial.log().trimEnd().split("\n")) expect(JSON.parse(line)).toHaveProperty("msg");
});
