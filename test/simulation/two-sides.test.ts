import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, expect, test } from "vitest";
import { commands } from "../../commands/index.ts";
import { startDeploy } from "../../playground/deploy/start-deploy.ts";
import { createPendingStops } from "../../src/conversation/pending-stops.ts";
import { isView, type Shown, textOf } from "../../src/core/view.ts";
import { startConversation } from "../../src/start-conversation.ts";
import { startReporting } from "../../src/start-reporting.ts";
import { showsEnd } from "../support/shows-end.ts";
import { openSide, SETTINGS } from "../support/side.ts";
import { soundInspection } from "../support/sound-inspection.ts";
import { createSimSlack } from "./slack.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

const CHANNEL = { id: "C0", shared: false, guests: false };

/** Conversation and reporting in this thread. Nothing joins them to a monitor but two files. */
async function talkingSide() {
  const directory = mkdtempSync(join(tmpdir(), "two-sides-"));
  ends.push(() => rmSync(directory, { recursive: true, force: true }));
  const deploy = await startDeploy({ agents: 4, seed: 3, scale: 300, faults: 0 });
  ends.push(() => deploy.stop());
  const { url, user, password } = deploy;
  const place = { file: join(directory, "ledger.db"), url, user, password };
  const side = await openSide(place);
  ends.push(() => side.close());
  const slack = createSimSlack(() => 1, Date.now());
  const pendingStops = createPendingStops(side);
  ends.push(() => pendingStops.stop());
  const ports = {
    ...side,
    pendingStops,
    thread: slack.thread,
    inspection: soundInspection(),
    startNotice: () => undefined,
    channels: { look: async () => ({ shared: false, guests: false }) },
  };
  const settings = { ...SETTINGS, channels: { channels: [CHANNEL], operationsChannel: undefined }, commands };
  const conversation = await startConversation(ports, settings);
  ends.push(() => conversation.stop());
  const reporting = startReporting(
    { ...ports, waitsFor: conversation.waitsFor, ending: new AbortController().signal },
    settings,
  );
  ends.push(() => reporting.stop());

  const asked = { person: "U0ALICE", channel: CHANNEL.id } as const;
  const say = (text: string) => conversation.answer.call({ ...asked, via: "slash", text }, () => false);
  function press(shown: Shown, label: string) {
    const parts = isView(shown) ? shown.parts : [];
    const buttons = parts.flatMap((part) => (part.kind === "buttons" ? part.buttons : []));
    const button = buttons.find((candidate) => candidate.label === label);
    if (!button) throw new Error(`There is no ${label} on: ${textOf(shown)}`);
    const { command, args } = button;
    return conversation.answer.call({ ...asked, via: "button", command, args }, () => false);
  }
  const card = () => slack.text("prod-1/card") ?? "";
  return { place, side, deploy, say, press, card };
}

/** TypeScript's loader has to be registered in each thread. */
function startMonitorThread(place: object): Worker {
  const file = new URL("../support/monitor-worker.ts", import.meta.url).href;
  const start = `import("tsx/esm/api").then(({ register }) => { register(); return import("${file}"); })`;
  const worker = new Worker(start, { eval: true, workerData: place });
  ends.push(() => worker.terminate());
  return worker;
}

test("the monitor in a thread with a connection of its own upgrades what this thread plans, starts and shows", async () => {
  const { place, deploy, say, press, card } = await talkingSide();
  await press(await say("upgrade-required"), "Start");
  // Nobody watches the server yet.
  await expect.poll(card).toContain("Drydock is not watching prod: no upgrade starts there until it does.");
  expect(textOf(await say("status"))).toContain("Drydock is not watching prod");
  expect(deploy.fleet.triggers).toEqual([]);

  const worker = startMonitorThread(place);
  await expect.poll(() => showsEnd(card()), { timeout: 60_000 }).toBe(true);
  const wanted = new Set(deploy.fleet.triggers.map(({ agent }) => agent));
  expect(wanted.size).toBeGreaterThan(0);
  expect(card()).toContain(`all ${wanted.size} upgraded`);
  expect(card()).not.toContain("not watching");

  worker.postMessage("stop");
  const [errors] = await once(worker, "message");
  expect(errors).toEqual([]);
});
