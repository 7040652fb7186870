import { expect } from "vitest";
import { DEFAULT_PEOPLE } from "../../playground/slack/workspace.ts";
import { type Start, test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { needs } from "../support/needs.ts";
import { until } from "../support/time.ts";

function begin(start: Start, agents: number, relayed = false, more: Partial<Parameters<Start>[0]> = {}): Promise<E2e> {
  const seeds = Array.from({ length: agents }, (_, i) => ({
    name: `web-${i + 1}`,
    ...(relayed ? { relayId: `relay-${1 + (i % 4)}` } : {}),
  }));
  return start({ ...more, deploy: { agents: seeds, seed: 3, upgradeSpeed: 4 } });
}

test(
  "what somebody else upgrades counts among the ten, is shown, and is done when its turn comes",
  needs("turn-clock"),
  async ({ start }) => {
    const trial = await begin(start, 24);
    const { fleet, upgradeElsewhere } = trial.deploy;
    await trial.startRollout();
    await until("the first upgrades", () => fleet.triggers.length >= 10);
    const others = upgradeElsewhere(4);
    expect(others).toHaveLength(4);
    const card = await trial.message("prod-1/card");
    await until("a card that counts them", () => /[1-4] started elsewhere/.test(JSON.stringify(card.blocks)));
    const outcomes = await trial.ended("prod-1");
    expect(Object.keys(outcomes)).toHaveLength(24);
    for (const [name, outcome] of Object.entries(outcomes))
      expect([name, outcome]).toEqual([name, others.includes(name) ? "elsewhere" : "verified"]);
    const ours = fleet.triggers
      .filter(({ user }) => user === "drydock")
      .map(({ agent }) => fleet.agents.get(agent)?.name ?? "");
    expect(ours.filter((name) => others.includes(name))).toEqual([]);
    expect(ours).toHaveLength(20);
  },
);

test(
  "agents behind a relay that went down: nothing begins, the thread asks, and a person lets upgrades resume",
  needs("usergroups"),
  async ({ start }) => {
    const trial = await begin(start, 40, true, {
      server: ["approvers: {usergroups: [S0PLATFORM], usergroupPermissions: [Upgrade Agents]}"],
      slack: {
        people: DEFAULT_PEOPLE,
        usergroups: [{ id: "S0PLATFORM", handle: "platform", name: "Platform", users: ["U0CAROL"] }],
      },
    });
    const { fleet, setRelay } = trial.deploy;
    await trial.startRollout();
    await until("the first upgrades", () => fleet.triggers.length >= 4);
    setRelay("relay-1", false);
    const question = await trial.message("prod-1/elsewhere-");
    expect(question.thread).toBe((await trial.message("prod-1/card")).ts);
    await until("nothing of ours in flight", () => fleet.inFlight("ours") <= 3);
    const before = fleet.triggers.length;
    trial.press("U0BOB", question, "acknowledge-external");
    await trial.told("U0BOB", "error.not-owner-or-on-call");
    expect(fleet.triggers.length).toBe(before);
    // An approver by a usergroup: Slack is asked for its members.
    trial.press("U0CAROL", question, "acknowledge-external");
    await trial.told("U0CAROL", "external-upgrades-acknowledged");
    await until("further upgrades", () => fleet.triggers.length > before + 3);
    await trial.button(question, "acknowledge-external", "not");
    setRelay("relay-1", true);
  },
);

test("never more than three in flight behind one relay", async ({ start }) => {
  const trial = await begin(start, 16, true);
  const { fleet } = trial.deploy;
  await trial.startRollout();
  let most = 0;
  await until("the result", () => {
    const flying = [...fleet.agents.values()].filter((agent) => fleet.now(agent).inFlight);
    for (const relay of fleet.relays.keys())
      most = Math.max(most, flying.filter(({ relayId }) => relayId === relay).length);
    return trial.events("rollout.prod-1").some(({ type }) => type === "rollout.ended");
  });
  expect(most).toBe(3);
});

test("a server that is away, and comes back at another version: said once, and it asks before it goes on", async ({
  start,
}) => {
  const trial = await begin(start, 24);
  const { fleet, trouble, upgradeServer } = trial.deploy;
  await trial.startRollout();
  await until("the first upgrades", () => fleet.triggers.length >= 10);
  trouble({ kind: "failing", seconds: 120 });
  const outage = await trial.message("prod-1/away-");
  upgradeServer("7.3.0.0.1200000");
  const paused = await trial.event("rollout.prod-1", "rollout.paused");
  expect(paused.data).toMatchObject({ kind: "version" });
  const before = fleet.triggers.length;
  trial.say("U0ALICE", "resume prod-1");
  await trial.told("U0ALICE", "resumed");
  await until("further upgrades", () => fleet.triggers.length > before);
  expect(new Set(Object.values(await trial.ended("prod-1")))).toEqual(new Set(["verified"]));
  // One reply for the whole outage, edited when it was over.
  expect(await trial.message("prod-1/away-")).toBe(outage);
  expect(outage.edits).toBeGreaterThan(0);
  // Ten slots again only after many successes: until then it was said why.
  expect(trial.events("server.prod").filter(({ type }) => type === "slots.changed")).not.toEqual([]);
});
