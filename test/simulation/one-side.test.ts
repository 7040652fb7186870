import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { startDeploy } from "../../playground/deploy/start-deploy.ts";
import { cause } from "../../src/core/cause.ts";
import type { PlannedAgent } from "../../src/model/plan/plan.ts";
import type { RolloutEvent } from "../../src/model/rollout/rollout-events.ts";
import { createIdentities, partyOf } from "../../src/people/identity.ts";
import { plainCause } from "../../src/phrases/cause-text.ts";
import { startReporting } from "../../src/start-reporting.ts";
import { showsEnd } from "../support/shows-end.ts";
import { openSide, SETTINGS, startMonitorOn } from "../support/side.ts";
import { planOf } from "../support/upgrades.ts";
import { createSimSlack } from "./slack.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A server, and a ledger that holds a rollout of its agents which nobody looks after. */
async function ledgerWithRollout() {
  const directory = mkdtempSync(join(tmpdir(), "one-side-"));
  ends.push(() => rmSync(directory, { recursive: true, force: true }));
  const deploy = await startDeploy({ agents: 3, seed: 3, scale: 300, faults: 0 });
  ends.push(() => deploy.stop());
  const { url, user, password } = deploy;
  const side = await openSide({ file: join(directory, "ledger.db"), url, user, password });
  ends.push(() => side.close());
  const { server, projections } = side;
  const needy = (await server.urbancode.list()).filter(({ status }) => status.startsWith("upgrade-"));
  const agents = needy.map(({ id, name, status, version = null }): PlannedAgent => ({ id, name, status, version }));
  const serverVersion = (await server.urbancode.version()) ?? null;
  const plan = { ...planOf(agents), serverVersion };
  const identities = createIdentities({ ...side, settings: SETTINGS.people });
  const owner = partyOf("U0ALICE", (await identities.on(server, "U0ALICE")).user);
  const write = (...events: readonly RolloutEvent[]) =>
    projections.change(() => [{ stream: "rollout.prod-1", actor: owner.person, events }]);
  await projections.change(() => [
    {
      stream: "server.prod",
      actor: owner.person,
      events: [{ type: "agents.claimed", data: { rollout: "prod-1", agents: agents.map(({ id }) => id) } }],
    },
  ]);
  const given = { plan, owner: owner.person, serverUser: owner.user, channel: "C0", policy: server.policy };
  await write({ type: "rollout.started", data: { rollout: "prod-1", size: agents.length, ...given } });
  return { side, deploy, agents, write };
}

test("the monitor alone, with nobody to talk to and nothing in Slack, finishes what the ledger holds", async () => {
  const { side, deploy, agents } = await ledgerWithRollout();
  const monitor = await startMonitorOn(side);
  ends.push(() => monitor.stop());
  const status = () => side.projections.rollouts.get("prod-1")?.status;
  await expect.poll(status, { timeout: 60_000 }).toBe("ended");
  expect(agents.length).toBeGreaterThan(0);
  expect(new Set(deploy.fleet.triggers.map(({ agent }) => agent)).size).toBe(agents.length);
  const outcomes = agents.map(({ id }) => side.projections.attempts("prod-1", id).at(-1)?.outcome?.kind);
  expect(outcomes).toEqual(agents.map(() => "verified"));
});

test("reporting alone shows what the ledger holds, and what is added to it", async () => {
  const { side, deploy, write } = await ledgerWithRollout();
  const slack = createSimSlack(() => 1, Date.now());
  const channel = { id: "C0", shared: false, guests: false };
  const settings = { ...SETTINGS, channels: { channels: [channel], operationsChannel: undefined } };
  const channels = { look: async () => ({ shared: false, guests: false }) };
  const nothing = { waitsFor: () => undefined, startNotice: () => undefined };
  const ending = new AbortController().signal;
  const reporting = startReporting({ ...side, thread: slack.thread, channels, ...nothing, ending }, settings);
  ends.push(() => reporting.stop());
  const card = () => slack.text("prod-1/card") ?? "";
  await expect.poll(card, { timeout: 20_000 }).toContain("prod-1");
  const why = cause("canary-failed", { outcome: "back-old" });
  await write({ type: "rollout.paused", data: { by: "drydock", kind: "breaker", causes: [why] } });
  await expect.poll(card, { timeout: 20_000 }).toContain(plainCause(why));
  await write({ type: "rollout.stopped", data: { by: "U0ALICE" } }, { type: "rollout.ended", data: {} });
  await expect.poll(() => showsEnd(card()), { timeout: 20_000 }).toBe(true);
  expect(deploy.fleet.triggers).toEqual([]);
});
