import { describe, expect } from "vitest";
import { answersAgain, everythingIsTold } from "../support/caught-up.ts";
import { test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { needs } from "../support/needs.ts";

const AGENTS = [
  ...Array.from({ length: 6 }, (_, i) => ({ name: `web-${i + 1}` })),
  { name: "old", fault: "back-old" as const },
  { name: "late", fault: "refused" as const },
];
const OPTIONS = { deploy: { agents: AGENTS } };

/** A rollout under way. */
async function begin(starting: Promise<E2e>): Promise<E2e> {
  const trial = await starting;
  await trial.startRollout();
  await trial.message("prod-1/card");
  return trial;
}

/** Each has a trial of its own, and all of them wait for the machine's time. */
const SIDE_BY_SIDE = { ...needs("orders for faults"), concurrent: true };

describe("nobody reaches Slack", SIDE_BY_SIDE, () => {
  test("for the rest of the rollout: it goes to its end, and all of it is told afterwards, once", async ({ start }) => {
    const trial = await begin(start.program(OPTIONS));
    const before = trial.log().length;
    trial.standin.setAway(true);
    await trial.event("rollout.prod-1", "rollout.ended");
    // Nobody fills a disk with that: the connection and the card say it once each.
    const since = trial.log().slice(before).split("\n");
    expect(since.filter((line) => line.includes("it is tried again"))).toHaveLength(2);
    trial.standin.setAway(false);
    await everythingIsTold(trial);
    await trial.message("prod-1/failed-back-old");
    await trial.message("prod-1/failed-jar-permission");
    await answersAgain(trial);
  });

  test("when Drydock starts: what is in flight is watched and written down, and told when Slack is back", async ({
    start,
  }) => {
    const trial = await begin(start.program(OPTIONS));
    await trial.killBot();
    trial.standin.setAway(true);
    await trial.startBot();
    await trial.event("rollout.prod-1", "rollout.ended");
    trial.standin.setAway(false);
    await everythingIsTold(trial);
    await trial.message("prod-1/back-");
    await answersAgain(trial);
  });
});

test(
  "a token that is of no use ends the start with a sentence; with a new one everything is caught up with",
  needs("orders for faults"),
  async ({ start }) => {
    const env: Record<string, string> = {};
    const trial = await begin(start({ deploy: { agents: AGENTS }, env }));
    const token = trial.standin.renewToken();
    expect(await trial.endBot()).toBe(0);
    await expect(trial.startBot()).rejects.toThrow("SLACK_BOT_TOKEN");
    env.SLACK_BOT_TOKEN = token;
    env.SLACK_APP_TOKEN = "xapp-of-another-app";
    await expect(trial.startBot()).rejects.toThrow("SLACK_APP_TOKEN");
    delete env.SLACK_APP_TOKEN;
    await trial.startBot();
    await everythingIsTold(trial);
    await answersAgain(trial);
  },
);
