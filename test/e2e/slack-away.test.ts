import { afterEach, describe, expect, test } from "vitest";
import { answersAgain, everythingIsTold, isOver } from "../support/caught-up.ts";
import { needs } from "../support/needs.ts";
import {
  cardSays,
  cards,
  renderText,
  standin,
  startCompiled,
  startRollout,
  type Trial,
  threaded,
} from "../support/trial.ts";

let trial: Trial;
afterEach(() => trial.stop());

/** What else is in Drydock's environment at its next start. */
let env: Record<string, string> = {};

const AGENTS = [
  ...Array.from({ length: 6 }, (_, i) => ({ name: `web-${i + 1}` })),
  { name: "old", fault: "back-old" as const },
  { name: "late", fault: "refused" as const },
];

async function start(): Promise<void> {
  env = {};
  trial = await startCompiled({ deploy: { agents: AGENTS, scale: 60 }, env });
  await trial.startBot();
  await startRollout(trial);
  await cardSays(trial, "prod-1: upgrading");
}

describe("nobody reaches Slack", { ...needs("orders for faults") }, () => {
  test("for the rest of the rollout: it goes to its end, and all of it is told afterwards, once", {
    timeout: 120_000,
  }, async () => {
    await start();
    standin(trial).setAway(true);
    await isOver(trial);
    expect(cards(trial).map(renderText)).toEqual([expect.stringContaining("upgrading")]);
    // Nobody fills a disk with that: the connection and the card say it once each.
    const again = trial.log().split("\n");
    expect(again.filter((line) => line.includes("it is tried again"))).toHaveLength(2);
    standin(trial).setAway(false);
    await everythingIsTold(trial);
    await threaded(trial, "came back at the old version");
    await threaded(trial, "no write permission");
    await answersAgain(trial);
  });

  test("when Drydock starts: what is in flight is watched and written down, and told when Slack is back", {
    timeout: 120_000,
  }, async () => {
    await start();
    await trial.killBot();
    standin(trial).setAway(true);
    await trial.startBot();
    await isOver(trial);
    standin(trial).setAway(false);
    await everythingIsTold(trial);
    await threaded(trial, "was away");
    await answersAgain(trial);
  });
});

test("a token that is of no use ends the start with a sentence; with a new one everything is caught up with", {
  ...needs("orders for faults"),
  timeout: 120_000,
}, async () => {
  await start();
  const token = standin(trial).renewToken();
  expect(await trial.endBot()).toBe(0);
  await expect(trial.startBot()).rejects.toThrow(
    "Slack does not take the bot's token: invalid_auth. Expected SLACK_BOT_TOKEN",
  );
  env.SLACK_BOT_TOKEN = token;
  env.SLACK_APP_TOKEN = "xapp-of-another-app";
  await expect(trial.startBot()).rejects.toThrow(
    "Slack does not take the app's token: invalid_auth. Expected SLACK_APP_TOKEN",
  );
  delete env.SLACK_APP_TOKEN;
  await trial.startBot();
  await isOver(trial);
  await everythingIsTold(trial);
  await answersAgain(trial);
});
