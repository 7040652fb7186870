import { describe, expect } from "vitest";
import type { AgentSeed } from "../../playground/deploy/fleet.ts";
import { renderText } from "../../playground/slack/block-kit.ts";
import type { SlackMessage } from "../../playground/slack/workspace.ts";
import { test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { needs } from "../support/needs.ts";
import { namesOf, startedPlan } from "../support/started-plan.ts";
import { until } from "../support/time.ts";

const DATA = { teamId: "t-data", teamLabel: "Data" };
const SOME: readonly AgentSeed[] = [
  { name: "web-1", tags: ["pci"], relayId: "r-1" },
  { name: "web-2", relayId: "r-1" },
  { name: "web-3", relayId: "r-2", status: "ONLINE", version: "7.2.3.1.1150420" },
  { name: "web-4", relayId: "r-2", status: "OFFLINE" },
  { name: "db-1", teams: [DATA], relayId: "r-2" },
  { name: "db-2", teams: [DATA], relayId: "r-2", status: "UPGRADE_RECOMMND" },
];

/** The agents that a text names. */
const named = (text: string) => namesOf(SOME).filter((name) => text.includes(name));

/** Everything that only this person was shown. */
const shownTo = (trial: E2e, person: string) => trial.slack.workspace.messages.filter(({ only }) => only === person);

/** The private message to Alice that says this, once it can be started. */
async function planThatSays(trial: E2e, part: string): Promise<SlackMessage> {
  const plan = await until(`a plan that says ${part}`, () =>
    shownTo(trial, "U0ALICE").findLast((message) => renderText(message).includes(part)),
  );
  await trial.button(plan, "start");
  return plan;
}

describe("choosing", () => {
  test("by team, relay and tag; a name that is not in the plan is told why", async ({ start }) => {
    const trial = await start({ deploy: { agents: SOME } });
    for (const [text, names] of [
      ["upgrade-required --team Data", ["db-1"]],
      ["upgrade * --team=t-data", ["db-1", "db-2"]],
      ["upgrade * --relay r-2", ["db-1", "db-2"]],
      ["upgrade * --tag pci --team Web", ["web-1"]],
    ] as const) {
      trial.say("U0ALICE", text);
      expect([text, named(await trial.told("U0ALICE", "plan"))]).toEqual([text, names]);
    }
    trial.say("U0ALICE", "upgrade web-1 web-3 web-4");
    const plan = await trial.told("U0ALICE", "plan");
    for (const part of ["web-3: online, version 7.2.3.1.1150420", "web-4: offline"]) expect(plan).toContain(part);
    trial.say("U0ALICE", "upgrade web-1 web-9");
    expect(await trial.told("U0ALICE", "error.no-agent-matches")).toContain("web-9");
    trial.say("U0ALICE", "upgrade * --relay r-3");
    expect(await trial.told("U0ALICE", "error.no-agent-matches")).toContain("r-1");
    // Dave may view only what is on the Data team.
    trial.say("U0DAVE", "upgrade web-1 db-1");
    await trial.told("U0DAVE", "error.no-agent-matches");
    await trial.startRollout("U0DAVE", "upgrade * --exclude db-2");
    const { agents, excluded } = await startedPlan(trial);
    expect(namesOf(agents)).toEqual(["db-1"]);
    expect(excluded.map(({ reason }) => reason)).toEqual(["no permission", "no permission"]);
    expect(shownTo(trial, "U0DAVE").filter((message) => renderText(message).includes("web-2"))).toEqual([]);
  });

  test("a filter on a field that the server does not report is an error", async ({ start }) => {
    const trial = await start.ready({
      deploy: { agents: SOME },
      server: ["never: [{tag: frozen, reason: year-end}]"],
    });
    trial.deploy.conditions.unreported = ["tags", "relayId"];
    await trial.startBot();
    trial.say("U0ALICE", "upgrade-required --tag pci");
    expect(await trial.told("U0ALICE", "error.not-reported")).toContain("--tag");
    trial.say("U0ALICE", "upgrade-required --relay r-1");
    expect(await trial.told("U0ALICE", "error.not-reported")).toContain("--relay");
    // Nor can a rule about tags be seen to be kept: nothing is upgraded then.
    trial.say("U0ALICE", "upgrade-required");
    expect(await trial.told("U0ALICE", "plan")).toContain("3 left out: ");
    expect(shownTo(trial, "U0ALICE").map((message) => trial.carried(message, "start"))).not.toContainEqual(
      expect.any(String),
    );
  });

  test("Adjust: fields that are wrong are told in the form, all at once; the others make a new plan", async ({
    start,
  }) => {
    const trial = await start({ deploy: { agents: SOME } });
    trial.press("U0ALICE", await trial.planOf("U0ALICE", "upgrade-required --reason old"), "adjust");
    const view = await trial.submit("U0ALICE", { slots: "11", canary: "few", at: "whenever", reason: "--patch night" });
    await trial.told("U0ALICE", "form-errors");
    await until("all that is wrong", () => view.errors.slots && view.errors.canary && view.errors.at);
    await trial.submit("U0ALICE", { slots: "4", reason: "--patch night" });
    await until("the modal to close", () => !trial.slack.workspace.views.has(view.id));
    trial.press("U0ALICE", await planThatSays(trial, "--patch night"), "start");
    expect((await startedPlan(trial)).options).toMatchObject({ slots: 4, reason: "--patch night" });
  });

  test(
    "Adjust: search, glob, a field that is wrong, a new plan in the same place",
    needs("searches", "private presses"),
    async ({ start }) => {
      const agents = Array.from({ length: 130 }, (_, i) => ({ name: `web-${String(i + 1).padStart(3, "0")}` }));
      const trial = await start({ deploy: { agents } });
      const plan = await trial.planOf("U0ALICE", "upgrade-required --reason old");
      trial.press("U0ALICE", plan, "adjust");
      const view = await trial.modal("U0ALICE");
      const { acts } = trial.slack;
      expect((await acts.search(view.id, "exclude", "")).length).toBe(100);
      const [glob, one] = await acts.search(view.id, "exclude", "web-00*");
      expect(glob?.text.text).toMatch(/\b9\b.*web-00\*/);
      expect(one?.text.text).toBe("web-001");
      const [single] = await acts.search(view.id, "exclude", "B-13");
      const field = (id: string, filled: object) => ({ [id]: { [`drydock:field:${id}`]: filled } });
      const values = (slots: string) => ({
        ...field("exclude", { type: "multi_external_select", selected_options: [glob, single] }),
        ...field("only", { type: "multi_external_select", selected_options: [] }),
        ...field("canary", { type: "plain_text_input", value: "2" }),
        ...field("reason", { type: "plain_text_input", value: "--patch night" }),
        ...field("slots", { type: "plain_text_input", value: slots }),
      });
      acts.endView(view.id, "view_submission", values("11"));
      await until("what is wrong", () => view.errors.slots);
      acts.endView(view.id, "view_submission", values("4"));
      await until("the modal to close", () => !trial.slack.workspace.views.has(view.id));
      expect((await planThatSays(trial, "--patch night")).ts).toBe(plan.ts);
      trial.press("U0ALICE", plan, "start");
      const started = await startedPlan(trial);
      expect(started.options).toMatchObject({ slots: 4, canary: 2, reason: "--patch night" });
      expect(started.agents).toHaveLength(120);
      expect(namesOf(started.agents).slice(0, 2)).toEqual(["web-010", "web-011"]);
    },
  );
});

test("the first card comes before the rights are read; what was read is known for a while", async ({ start }) => {
  const agents = Array.from({ length: 120 }, (_, i) => ({ name: `data-${i}`, teams: [DATA] }));
  const trial = await start({ deploy: { agents, latency: 100 } });
  const read = () => trial.deploy.requests.get("GET /cli/agentCLI/info") ?? 0;
  trial.say("U0DAVE", "upgrade-required");
  const first = await until("the first card", () => shownTo(trial, "U0DAVE")[0]);
  expect(read()).toBeLessThan(120);
  expect(renderText(first)).not.toContain("data-1");
  // One plan in the making for each person.
  trial.say("U0DAVE", "upgrade-required --limit 3");
  await trial.told("U0DAVE", "error.plan-in-progress");
  const plan = await trial.plan("U0DAVE");
  for (const command of ["start", "adjust", "discard"]) await trial.button(plan, command);
  expect(plan.ts).not.toBe(first.ts);
  // Slack has no way to replace what answers a typed command: it is said once how far the reading is.
  const told = trial.events("person.U0DAVE").filter(({ type }) => type === "person.told");
  expect(told.map(({ data }) => data.key)).toEqual(["error.plan-in-progress", "plan-progress", "plan"]);
  // What was read is known for ten minutes: the second plan asks about no agent again.
  const before = read();
  await trial.planOf("U0DAVE", "upgrade-required --limit 3");
  expect(read()).toBe(before);
  // A start reads those that were chosen, and no others.
  await trial.startRollout("U0DAVE", "upgrade-required --limit 5");
  expect((await startedPlan(trial)).agents).toHaveLength(5);
  expect(read() - before).toBeLessThanOrEqual(10);
});

test("those who ask at the same time share one reading of the fleet", async ({ start }) => {
  const trial = await start({ deploy: { agents: SOME, latency: 100 } });
  const people = ["U0ALICE", "U0BOB", "U0CAROL", "U0DAVE"];
  const before = trial.deploy.requests.get("GET /cli/agentCLI") ?? 0;
  for (const person of people) trial.say(person, "upgrade-required");
  for (const person of people) await trial.told(person, "plan");
  expect((trial.deploy.requests.get("GET /cli/agentCLI") ?? 0) - before).toBe(1);
});

test("if no agent of a plan is left at the press, those that were are named with the reason", async ({ start }) => {
  const trial = await start({ deploy: { agents: SOME } });
  const plan = await trial.planOf("U0ALICE", "upgrade web-1 web-2");
  trial.deploy.removeAgent("web-1");
  trial.deploy.setStatus("web-2", "OFFLINE");
  trial.press("U0ALICE", plan, "start");
  expect(await trial.told("U0ALICE", "error.rules-not-met")).toBe(
    "No agent of this plan can be upgraded any more, so nothing was started. web-1, web-2: offline, gone, inactive or upgraded already.",
  );
});
