import { expect, test } from "vitest";
import { cause } from "../../src/core/cause.ts";
import { say, textOf } from "../../src/core/view.ts";
import { activityFacts } from "../../src/features/plan/activity-facts.ts";
import { type Activity, ServerError } from "../../src/model/deploy-server.ts";
import { WHEN_BUSY, type WhenBusy } from "../../src/model/policy.ts";
import { activityLines } from "../../src/phrases/activity-words.ts";
import { plainCause } from "../../src/phrases/cause-text.ts";

const AGENTS = ["db-1", "db-2", "web-1", "web-2", "web-3"].map((name, i) => ({ id: `id-${i}`, name }));

function known(agents: readonly string[], unnamed = 0): Activity {
  return { kind: "known", running: agents.length + unnamed, agents, unnamed, form: "cli" };
}

const trouble = (fault: "denied" | "failing", status: number): Activity => ({
  kind: "trouble",
  error: new ServerError(fault, "<!channel> no", status),
});

const said = (activity: Activity, whenBusy: WhenBusy) =>
  textOf(say("plan", ...activityLines(activityFacts(activity, AGENTS), { server: "prod", whenBusy })));

test.each<readonly [string, WhenBusy, Activity, string]>([
  [
    "named",
    "auto",
    known(["id-0", "db-2", "other"]),
    "2 agents deploy right now: db-1, db-2. Drydock upgrades them when their deployments end.",
  ],
  [
    "one",
    "wait_for_agent",
    known(["id-0"]),
    "1 agent deploys right now: db-1. Drydock upgrades it when its deployment ends.",
  ],
  [
    "many",
    "auto",
    known(AGENTS.map(({ id }) => id)),
    "5 agents deploy right now: db-1, db-2, web-1 and 2 more. Drydock upgrades them",
  ],
  ["none, until zero", "wait_until_zero", known([]), "Nothing begins while any deployment runs."],
  ["elsewhere", "auto", known(["other"]), "1 deployment runs on prod now. None runs on an agent of this plan."],
  [
    "counted",
    "auto",
    known([], 3),
    "3 deployments run on prod now. The server does not name the agents of 3 running deployments. Drydock cannot leave those alone.",
  ],
  [
    "both",
    "auto",
    known(["id-0"], 2),
    "3 deployments run on prod now. The server does not name the agents of 2 running deployments.",
  ],
  ["warned", "warn", known(["id-0"]), "1 agent deploys right now: db-1. Upgrading it may interrupt its deployment."],
  [
    "until zero",
    "wait_until_zero",
    known([], 1),
    "1 deployment runs on prod now. The server does not name the agent of 1 running deployment. Nothing begins while any deployment runs.",
  ],
  [
    "not reported",
    "auto",
    { kind: "not-reported" },
    "prod does not report what runs. Drydock cannot leave deploying agents alone.",
  ],
  ["not reported", "warn", { kind: "not-reported" }, "prod does not report what runs."],
  [
    "failing",
    "auto",
    trouble("failing", 500),
    "prod failed to report what runs there (it answered 500). Drydock starts no upgrade until it knows which agents deploy.",
  ],
  [
    "denied",
    "auto",
    trouble("denied", 403),
    "prod does not let Drydock's account read what runs there (it answered 403). Drydock cannot leave deploying agents alone.",
  ],
  ["denied", "wait_for_agent", trouble("denied", 403), "Drydock starts no upgrade until it knows which agents deploy."],
])("a plan says of what runs (%s, %s)", (_what, whenBusy, activity, part) => {
  expect(said(activity, whenBusy)).toContain(part);
});

test("nothing is said if no deployment runs", () => {
  expect(said(known([]), "auto")).toBe("");
});

test("what is not known is never said to be nothing, and no word of the server's is ours", () => {
  for (const whenBusy of WHEN_BUSY)
    for (const activity of [
      known([], 2),
      known(["id-0"], 1),
      trouble("failing", 500),
      { kind: "not-reported" } as const,
    ]) {
      expect(said(activity, whenBusy)).not.toMatch(/^$|None runs/);
      expect(said(activity, whenBusy)).not.toContain("<!channel>");
    }
});

test("an agent that was skipped for its deployment is said to have been waited for, where that is known", () => {
  expect(plainCause(cause("busy-agent", { waited: 30 * 60_000 }))).toBe(
    "a deployment still ran on it after 30 min of waiting",
  );
  expect(plainCause(cause("busy-agent", { waited: null }))).toBe("a deployment still ran on it");
});
