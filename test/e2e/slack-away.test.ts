import { expect } from "vitest";
import { answersAgain, everythingIsTold } from "../support/caught-up.ts";
import { test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { needs } from "../support/needs.ts";

const AGENTS = [
  ...Array.from({ length: 6 }, (_, i) => ({ name: `web-${i + 1}` })),
  { name: "old", fault: "back-old" as const },
  { name: "late", fault: "refused" as const },
];
/** They are for a second rollout. */
const LATER = Array.from({ length: 6 }, (_, i) => ({ name: `app-${i + 1}`, status: "UPGRADE_RECOMMND" }));
const OPTIONS = { deploy: { agents: [...AGENTS, ...LATER] } };

/** A rollout under way. */
async function begin(starting: Promise<E2e>): Promise<E2e> {
  const trial = await starting;
  await trial.startRollout();
  await trial.message("prod-1/card");
  return trial;
}

test(
  "nobody reaches Slack for the rest of a rollout, or when Drydock starts: what is in flight goes to its end, and is told when Slack is back",
  needs("orders for faults"),
  async ({ start }) => {
    const trial = await begin(start.program(OPTIONS));
    const before = trial.log().length;
    trial.standin.setAway(true);
    await trial.event("rollout.prod-1", "rollout.ended");
    // Nobody fills a disk with that: the connection and the card say it once each.
    const since = trial.log().slice(before).split("\n");
    expect(since.filter((line) => line.includes("Drydock tries again"))).toHaveLength(2);
    trial.standin.setAway(false);
    await everythingIsTold(trial);
    await trial.message("prod-1/failed-back-old");
    await trial.message("prod-1/failed-jar-permission");
    await answersAgain(trial);

    await trial.startRollout("U0ALICE", "upgrade-recommended");
    await trial.message("prod-2/card");
    await trial.killBot();
    trial.standin.setAway(true);
    await trial.startBot();
    await trial.event("rollout.prod-2", "rollout.ended");
    trial.standin.setAway(false);
    await everythingIsTold(trial, 2);
    await answersAgain(trial);
  },
);

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

test(
  "a person who types a command before Slack has said who Drydock is gets an answer",
  needs("orders for faults"),
  async ({ start }) => {
    const trial = await start({ deploy: { agents: AGENTS } });
    expect(await trial.endBot()).toBe(0);
    trial.standin.faults.order({ kind: "api-503", method: "auth.test", times: "always" });
    await trial.startBot();
    await answersAgain(trial);
  },
);
