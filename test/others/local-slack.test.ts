import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect } from "vitest";
import { BOT } from "../../playground/slack/workspace.ts";
import { test } from "../support/e2e.ts";
import { OTHERS } from "../support/workspace.ts";
import { startProgram } from "./local-slack/program.ts";
import type { startLocalSlack } from "./local-slack/start-local-slack.ts";

type LocalSlack = Awaited<ReturnType<typeof startLocalSlack>>;

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

test("it sends each envelope to every socket of the app: what reaches Drydock twice happens once", async ({
  start,
}) => {
  const agents = Array.from({ length: 12 }, (_, i) => ({ name: `web-${i + 1}` }));
  const trial = await start.program({ deploy: { agents, scale: 200 } });
  const { relay, workspace } = trial.slack as LocalSlack;
  relay.twice = true;
  const privately = (person: string) =>
    workspace.messages.filter(({ only, user }) => only === person && user === BOT).length;

  trial.say("U0CAROL", "rollouts");
  await trial.told("U0CAROL", "no-rollouts");
  await trial.startRollout();
  const card = await trial.message("prod-1/card");
  trial.mention("U0BOB", card, "status");
  await trial.told("U0BOB", "rollout-status");
  expect(Object.values(await trial.ended("prod-1"))).toEqual(agents.map(() => "verified"));

  expect(relay.doubled).toBeGreaterThanOrEqual(4);
  const cards = workspace.messages.filter(({ only, thread }) => only === undefined && thread === undefined);
  expect([privately("U0CAROL"), privately("U0BOB"), cards.length]).toEqual([1, 1, 1]);
  expect(trial.deploy.fleet.triggers).toHaveLength(12);
  expect([...trial.deploy.fleet.agents.values()].filter(({ duplicates }) => duplicates > 0)).toEqual([]);
});
