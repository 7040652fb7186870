import { describe, expect } from "vitest";
import { renderText } from "../../playground/slack/block-kit.ts";
import { test } from "../support/e2e.ts";
import { needs } from "../support/needs.ts";

const MINUTE = 60_000;
const FLEET = [...Array.from({ length: 12 }, (_, i) => `web-${i + 1}`), "spare"].map((name) => ({ name }));

describe("a login page in place of the server's answers to requests for upgrades", () => {
  test(
    "holds all that has not begun, blames no agent, and is over by itself",
    needs("turn-clock"),
    async ({ start }) => {
      const trial = await start({ deploy: { agents: FLEET }, server: ["slots: 3"] });
      trial.deploy.answer({ kind: "login-page", to: "upgrades" });
      await trial.startRollout("U0ALICE", "upgrade-required --exclude spare");
      const card = await trial.message("prod-1/card");
      await trial.pass(50_000);
      const asked = () => trial.deploy.requests.get("PUT /cli/agentCLI/upgrade") ?? 0;
      expect(asked()).toBeLessThanOrEqual(3);
      const shown = renderText(card);
      expect(shown).toContain("something that is not its API: 200, text/html");
      expect(shown).toContain("Sign in");
      for (const [text, key] of [
        ["status", "status"],
        ["check prod", "check"],
        ["upgrade-required", "plan"],
      ] as const) {
        trial.say("U0BOB", text);
        expect([text, await trial.told("U0BOB", key)]).toEqual([
          text,
          expect.stringContaining("No agent is to blame."),
        ]);
      }
      trial.deploy.answer({ kind: "none", to: "upgrades" });
      await trial.pass(10 * MINUTE);
      const outcomes = Object.values(await trial.ended("prod-1"));
      expect(outcomes.filter((outcome) => outcome === "verified").length).toBeGreaterThanOrEqual(9);
      expect(outcomes.filter((outcome) => !["verified", "not-the-api"].includes(outcome))).toEqual([]);
      expect(trial.events("rollout.prod-1").filter(({ type }) => type === "rollout.paused")).toEqual([]);
    },
  );
});

test("an agent in place of a server's name is told how to check it", async ({ start }) => {
  const trial = await start({ deploy: { agents: FLEET } });
  trial.say("U0ALICE", "check web-1");
  expect(await trial.told("U0ALICE", "error.no-such-server")).toBe(
    'There is no server "web-1". There are: prod. To check an agent, name it: /agents check --agent NAME',
  );
  trial.say("U0ALICE", "check prdo");
  expect(await trial.told("U0ALICE", "error.no-such-server")).toContain("Did you mean prod?");
});
