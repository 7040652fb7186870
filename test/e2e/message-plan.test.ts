import { expect } from "vitest";
import { test } from "../support/e2e.ts";
import { needs } from "../support/needs.ts";
import { namesOf, startedPlan } from "../support/started-plan.ts";

const DATA = [{ teamId: "t-data", teamLabel: "Data" }];
const AGENTS = [{ name: "web-1" }, { name: "web-2" }, { name: "data-1", teams: DATA }, { name: "Build Farm 7" }];
const SECRET = "s3cret-t0ken-of-somebody-else";

test(
  "Plan upgrade on a message, also in a thread, plans the agents that it names and that the person may view",
  needs("Home tab"),
  async ({ start }) => {
    const trial = await start({ deploy: { agents: AGENTS } });
    const { acts, workspace } = trial.standin;
    acts.type(
      "U0BOB",
      "C0ONCALL",
      `Alert: web-1, (data-1) and \`Build Farm 7\` cannot deploy; web-99 neither. ${SECRET}`,
    );
    const [alert] = workspace.messages;
    if (!alert) throw new Error("no message");
    acts.shortcut("U0ALICE", alert, "plan_upgrade");
    const told = await trial.told("U0ALICE", "plan");
    expect(told).toContain("Not found: web-99");
    const plan = await trial.plan("U0ALICE");
    expect(plan.only).toBe("U0ALICE");
    for (const part of ["web-1", "data-1", "Build Farm 7"]) expect(JSON.stringify(plan.blocks)).toContain(part);
    expect(JSON.stringify(plan.blocks)).not.toContain("web-2");

    // Dave may view data-1 alone: the others are missing for him. In a thread he is answered there.
    acts.type("U0BOB", "C0ONCALL", "web-1 and data-1 again", alert.ts);
    const reply = workspace.messages.findLast(({ thread }) => thread === alert.ts);
    if (!reply) throw new Error("no reply");
    acts.shortcut("U0DAVE", reply, "plan_upgrade");
    expect(await trial.told("U0DAVE", "plan")).toContain("Not found: web-1");
    const his = await trial.plan("U0DAVE");
    expect(his.thread).toBe(alert.ts);
    trial.press("U0DAVE", his, "start");
    expect(namesOf((await startedPlan(trial)).agents)).toEqual(["data-1"]);

    acts.type("U0BOB", "C0ONCALL", "lunch?");
    const lunch = workspace.messages.findLast(({ text }) => text === "lunch?");
    if (!lunch) throw new Error("no lunch");
    acts.shortcut("U0ALICE", lunch, "plan_upgrade");
    await trial.told("U0ALICE", "error.no-agents-named");
    // What other people wrote is not recorded.
    expect(JSON.stringify(trial.events())).not.toContain(SECRET);
  },
);
