import { expect } from "vitest";
import { renderText } from "../../playground/slack/block-kit.ts";
import type { Block } from "../../playground/slack/workspace.ts";
import { test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { needs } from "../support/needs.ts";

const DATA = [{ teamId: "t-data", teamLabel: "Data" }];
const AGENTS = [{ name: "web-1" }, { name: "web-2" }, { name: "data-1", teams: DATA }];

function homeOf(trial: E2e, person: string): string {
  const home = trial.standin.workspace.homes.get(person);
  return home ? renderText({ text: "", blocks: home.view.blocks as readonly Block[] }) : "";
}

/** Opens the page; its text, once it says this. */
async function open(trial: E2e, person: string, part: string): Promise<string> {
  trial.standin.acts.openHome(person);
  await trial.until(`the page of ${person}: ${part}`, () => homeOf(trial, person).includes(part));
  return homeOf(trial, person);
}

test(
  "a person's page: what waits for them, rollouts, servers and rights, and nothing that they may not view",
  needs("Home tab"),
  async ({ start }) => {
    const trial = await start({ deploy: { agents: AGENTS }, approvals: "1", server: ["approvers: {people: [U0BOB]}"] });
    expect(await open(trial, "U0BOB", "Nothing waits for you.")).toContain("3 of 3 agents cannot deploy");
    const card = await trial.askApproval("upgrade web-1 web-2 --reason patch");
    const alice = await open(trial, "U0ALICE", "asks for approval on prod");
    expect(alice).toContain("Nothing waits for you.");

    const bob = await open(trial, "U0BOB", "2 agents on prod, asked for by <@U0ALICE>");
    expect(bob).toContain(`|Open the request>`);
    expect(bob).toContain("Reason: `patch`");
    trial.press("U0BOB", card, "approve");
    await trial.told("U0BOB", "approved");
    // His own press redraws his page, hers stays as it was until she opens it.
    await trial.until("the page without the request", () => homeOf(trial, "U0BOB").includes("Nothing waits for you."));
    expect(homeOf(trial, "U0BOB")).toMatch(/prod-1.*(approved, not started yet|running) on prod/);
    expect(homeOf(trial, "U0ALICE")).toBe(alice);
    await trial.event("rollout.prod-1", "rollout.started");
    await open(trial, "U0ALICE", "of 2 upgraded");

    // Dave may view data-1 alone, and no server knows the other one.
    expect(await open(trial, "U0DAVE", "Nothing waits for you.")).not.toMatch(/prod-1|web-|patch|U0ALICE/);
    expect(await open(trial, "U0ELSE", "What you may do")).not.toMatch(/prod-1|web-|patch|U0ALICE|Slots/);

    await trial.ended("prod-1");
    expect(await open(trial, "U0BOB", "No rollout is under way.")).not.toContain("prod-1");
  },
);

test(
  "Plan and Help on the page open before the person, and what is planned there is started",
  needs("Home tab"),
  async ({ start }) => {
    const trial = await start({ deploy: { agents: AGENTS } });
    await open(trial, "U0ALICE", "Servers");
    trial.standin.acts.pressInHome("U0ALICE", "Help");
    await trial.told("U0ALICE", "help");
    const shown = await trial.until("the help", () => {
      const view = [...trial.slack.workspace.views.values()].at(-1);
      return view && renderText({ text: "", blocks: view.view.blocks as readonly Block[] }).includes("Steer") && view;
    });
    trial.slack.acts.endView(shown.id, "view_closed");
    trial.standin.acts.pressInHome("U0ALICE", "Plan the 3");
    await trial.told("U0ALICE", "plan");
    const plan = await trial.until("the plan", () => {
      const view = [...trial.slack.workspace.views.values()].at(-1);
      return view && JSON.stringify(view.view).includes("data-1") && view;
    });
    trial.slack.acts.pressInView(plan.id, "Start");
    await trial.told("U0ALICE", "started");
    await trial.until("the page with the rollout", () => homeOf(trial, "U0ALICE").includes("prod-1"));
  },
);
