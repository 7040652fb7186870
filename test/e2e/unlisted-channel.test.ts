import { expect } from "vitest";
import { buttonFor } from "../../playground/messages.ts";
import { renderText } from "../../playground/slack/block-kit.ts";
import { test } from "../support/e2e.ts";
import { until } from "../support/time.ts";

test("a plan that can be shown nowhere says so before Start, and has no such button", async ({ start }) => {
  const trial = await start({ deploy: { agents: [{ name: "web-1" }], seed: 3 } });
  await trial.restart((yaml) => yaml.replace(/^ *operationsChannel:.*\n/m, ""));
  trial.say("U0ALICE", "upgrade-required", "C0RANDOM");
  const plan = await until("the plan", () =>
    trial.slack.workspace.messages.findLast((message) => buttonFor(message, "plan-agents")),
  );
  expect(renderText(plan)).toContain("Plan it in a listed channel.");
  expect(buttonFor(plan, "start")).toBeUndefined();
  await trial.planOf("U0ALICE", "upgrade-required");
});
