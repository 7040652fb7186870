import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { BOT } from "../../playground/slack/workspace.ts";
import { startTrial } from "../../playground/trial.ts";
import { COMPILED, cardSays, cards, messages, startRollout, threaded, told } from "../support/trial.ts";
import { OTHERS } from "../support/workspace.ts";
import { startProgram } from "./local-slack/program.ts";
import { startLocalSlack } from "./local-slack/start-local-slack.ts";

const prefix = OTHERS ?? "";
const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Whether somebody listens there. */
function isOpen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    ends.push(() => socket.destroy());
  });
}

test("it listens on one loopback address and on no other", async () => {
  const directory = mkdtempSync(join(tmpdir(), "drydock-local-slack-"));
  ends.push(() => rmSync(directory, { recursive: true, force: true }));
  const program = await startProgram(prefix, directory, {});
  ends.push(() => program.stop());
  const port = Number(new URL(program.url).port);
  expect(await isOpen("127.0.0.1", port)).toBe(true);
  // Whoever listens on all addresses of the machine listens on this one too.
  expect(await isOpen("127.0.0.2", port)).toBe(false);
});

test("it sends each envelope to every socket of the app: what reaches Drydock twice happens once", async () => {
  const agents = Array.from({ length: 12 }, (_, i) => ({ name: `web-${i + 1}` }));
  const trial = await startTrial({ deploy: { agents, scale: 200 }, bot: COMPILED }, (options) =>
    startLocalSlack(prefix, options),
  );
  ends.push(() => trial.stop());
  const { slack } = trial;
  await trial.startBot();
  slack.twice(true);
  const privately = (person: string) => messages(trial, ({ only, user }) => only === person && user === BOT);

  slack.acts.slash("U0CAROL", "C0ONCALL", "rollouts");
  await told(trial, "U0CAROL", "There has been no rollout yet.");
  await startRollout(trial);
  await cardSays(trial, "prod-1: upgrading");
  slack.acts.mention("U0BOB", "C0ONCALL", cards(trial)[0]?.ts ?? "", "status");
  await told(trial, "U0BOB", "*prod-1*: ");
  expect(await threaded(trial, "prod-1 is finished", 60_000)).toContain("12 of 12 upgraded.");

  expect(slack.relay.doubled).toBeGreaterThanOrEqual(4);
  expect([privately("U0CAROL"), privately("U0BOB"), cards(trial)].map(({ length }) => length)).toEqual([1, 1, 1]);
  expect(trial.deploy.fleet.triggers).toHaveLength(12);
  expect([...trial.deploy.fleet.agents.values()].filter(({ duplicates }) => duplicates > 0)).toEqual([]);
});
