import { expect } from "vitest";
import { renderText } from "../../playground/slack/block-kit.ts";
import { test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";
import { needs } from "../support/needs.ts";
import { namesOf, startedPlan } from "../support/started-plan.ts";
import { until } from "../support/time.ts";

const web = (count: number, relay?: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => ({ name: `web-${i + 1}`, ...(relay ? { relayId: relay(i) } : {}) }));

/** The agents that were asked to upgrade, in that order. */
function asked({ deploy: { fleet } }: E2e): readonly (string | undefined)[] {
  return fleet.triggers.map(({ agent }) => fleet.find(agent)?.name);
}

test("canaries go first, one behind each relay; the rest waits until they are stable and somebody has looked", async ({
  start,
}) => {
  const trial = await start({ deploy: { agents: web(6, (i) => (i < 4 ? "r-1" : "r-2")) } });
  await trial.startRollout("U0ALICE", "upgrade-required --canary 2 --hold");
  const asks = await trial.message("prod-1/halt-1");
  await trial.event("rollout.prod-1", "canary.passed", ({ canaries }) => canaries === 2);
  await trial.event("rollout.prod-1", "rollout.paused", ({ kind }) => kind === "canary");
  expect((await startedPlan(trial)).options).toMatchObject({ canary: 2, hold: true });
  expect([...asked(trial)].sort()).toEqual(["web-1", "web-5"]);
  trial.press("U0CAROL", asks, "resume");
  await trial.told("U0CAROL", "error.no-permission");
  trial.press("U0ALICE", asks, "resume");
  await trial.told("U0ALICE", "resumed");
  await trial.button(asks, "resume", "not");
  expect(Object.values(await trial.ended("prod-1"))).toEqual(Array(6).fill("verified"));
  expect(asked(trial)).toHaveLength(6);
});

test("a bad canary stops it: nothing else is asked to upgrade", async ({ start }) => {
  const agents = web(6).map((agent, i) => (i === 1 ? { ...agent, fault: "back-old" as const } : agent));
  const trial = await start({ deploy: { agents }, server: ["canaryMin: 2"] });
  await trial.startRollout();
  const stopped = await trial.message("prod-1/halt-1");
  await trial.event("rollout.prod-1", "rollout.paused", ({ kind }) => kind === "breaker");
  expect(asked(trial)).toHaveLength(2);
  trial.press("U0ALICE", stopped, "stop");
  expect(await trial.ended("prod-1")).toEqual({ "web-1": "verified", "web-2": "back-old" });
  await trial.button(stopped, "stop", "not");
  expect(asked(trial)).toHaveLength(2);
});

test("the breaker opens for one cause and behind one relay; Resume counts from zero", async ({ start }) => {
  // Those that are required come first: both of r-1 with a fault, before the others.
  const agents = web(10, (i) => (i < 2 ? "r-1" : `r-${i + 1}`)).map((agent, i) =>
    i < 2 ? { ...agent, fault: "never-offline" as const } : { ...agent, status: "UPGRADE_RECOMMND" },
  );
  const breaker = "breaker: {cause: {count: 3}, relay: {count: 2}, total: off}";
  const trial = await start({
    deploy: { agents },
    server: [breaker, "links: {agent: 'https://ucd.drydock.test/#agent/{id}'}"],
  });
  const { fleet, requests } = trial.deploy;
  const openedFor = (reason: string) =>
    trial.event("rollout.prod-1", "rollout.paused", ({ kind, causes }) => {
      return kind === "breaker" && JSON.stringify(causes).includes(reason);
    });
  await trial.startRollout("U0ALICE", "upgrade * --slots 2");
  await openedFor('"relay":"r-1"');
  const first = await trial.message("prod-1/halt-1");
  const failed = await trial.message("prod-1/failed-never-offline");
  expect(renderText(failed)).toContain("`r-1`");
  expect(renderText(failed)).toContain(`<https://ucd.drydock.test/#agent/${fleet.find("web-1")?.id}|`);
  trial.press("U0CAROL", failed, "test-connection");
  expect(await trial.told("U0CAROL", "connection-test")).toContain("Edit Basic Settings, Upgrade Agents");
  expect(requests.get("PUT /cli/agentCLI/test")).toBeUndefined();
  trial.press("U0ALICE", failed, "test-connection");
  expect(await trial.told("U0ALICE", "connection-test")).toContain("web-1");
  expect(requests.get("PUT /cli/agentCLI/test")).toBe(2);
  const before = fleet.triggers.length;
  trial.deploy.setDiskFull(true);
  trial.press("U0ALICE", first, "resume");
  await trial.message("prod-1/halt-2");
  await openedFor('"cause":"back-old"');
  expect(Object.values(trial.outcomes("prod-1")).filter((outcome) => outcome === "back-old").length).toBeLessThan(5);
  // Two at once: no more than one had begun beside the three that failed.
  expect(fleet.triggers.length - before).toBeLessThanOrEqual(5);
  trial.deploy.setDiskFull(false);
  trial.say("U0ALICE", "resume");
  await trial.told("U0ALICE", "resumed");
  await trial.ended("prod-1");
});

test(
  "Retry all N: in a rollout under way after a pause, and as a plan of its own when it has ended",
  needs("turn-clock"),
  async ({ start }) => {
    const agents = web(5).map((agent, i) => (i < 2 ? { ...agent, fault: "refused" as const } : agent));
    const trial = await start({ deploy: { agents }, server: ["breaker: off"] });
    const { fleet } = trial.deploy;
    const ids = ["web-1", "web-2"].map((name) => fleet.find(name)?.id);
    await trial.startRollout();
    const failed = await trial.message("prod-1/failed-jar-permission");
    await until("both to fail", () => ["web-1", "web-2"].every((name) => renderText(failed).includes(name)));
    trial.deploy.setFault("web-1", undefined);
    trial.press("U0CAROL", failed, "retry");
    await trial.told("U0CAROL", "error.no-permission");
    trial.press("U0BOB", failed, "retry");
    await trial.told("U0BOB", "retried");
    const retried = await trial.event("rollout.prod-1", "rollout.retried", ({ by }) => by === "U0BOB");
    const waits = retried.data.agents as readonly { readonly id: string; readonly notBefore: number }[];
    expect(waits.map(({ id }) => id).sort()).toEqual([...ids].sort());
    for (const { notBefore } of waits) expect(notBefore).toBeGreaterThan(retried.at);
    // One comes through, the other is refused once more; the button is for that one alone then.
    await trial.ended("prod-1");
    expect(trial.outcomes("prod-1")).toMatchObject({ "web-1": "verified", "web-2": "refused" });
    expect(fleet.find("web-1")?.accepted).toBe(1);
    await until("the reply to shrink", () => !renderText(failed).includes("web-1"));
    expect(renderText(failed)).toContain("web-2");
    await trial.button(failed, "retry");

    trial.deploy.setFault("web-2", undefined);
    trial.say("U0ALICE", "retry prod-1 --cause nothing-such");
    expect(await trial.told("U0ALICE", "error.no-such-cause")).toContain("jar-permission");
    const retryPlan = await trial.planOf("U0ALICE", "retry prod-1 --cause jar-permission");
    expect(renderText(retryPlan)).toContain("a plan of its own. 1 agent failed. Drydock checked it again.");
    trial.press("U0ALICE", retryPlan, "start");
    const { agents: again, options } = await startedPlan(trial, "prod-2");
    expect([namesOf(again), options.reason]).toEqual([["web-2"], "retry of prod-1"]);
    expect(await trial.ended("prod-2")).toEqual({ "web-2": "verified" });
    expect(fleet.find("web-2")?.accepted).toBe(1);
  },
);

test("--include-offline: who comes back and needs it is upgraded, who needs nothing is dropped and named", async ({
  start,
}) => {
  const agents = [
    ...web(2),
    { name: "web-3", relayId: "r-1" },
    { name: "web-4", status: "OFFLINE" },
    { name: "web-5", status: "OFFLINE" },
  ];
  const trial = await start.ready({ deploy: { agents } });
  const { fleet } = trial.deploy;
  trial.deploy.setRelay("r-1", false);
  await trial.startBot();
  await trial.startRollout("U0ALICE", "upgrade-required --include-offline");
  expect([...namesOf((await startedPlan(trial)).waiting)].sort()).toEqual(["web-3", "web-4", "web-5"]);
  await until("the others to be upgraded", () => Object.keys(trial.outcomes("prod-1")).length === 2);
  // It is held for this rollout while it is waited for.
  trial.say("U0BOB", "upgrade web-3 web-4 web-5 --include-offline");
  expect(await trial.told("U0BOB", "plan")).toMatch(/3 left out: .*in another rollout/);
  const fine = fleet.find("web-4");
  if (!fine) throw new Error("there is no web-4");
  fine.shown = { ...fine.shown, status: "ONLINE" };
  trial.deploy.setRelay("r-1", true);
  const named = (name: string) => (data: { readonly agents?: unknown }) =>
    (data.agents as readonly { readonly name: string }[]).some((agent) => agent.name === name);
  await trial.event("rollout.prod-1", "waiting.returned", named("web-3"));
  await trial.event("rollout.prod-1", "waiting.dropped", named("web-4"));
  await until("web-3 to be upgraded", () => trial.outcomes("prod-1")["web-3"] === "verified");
  expect(fine.accepted).toBe(0);
  trial.say("U0ALICE", "stop");
  await trial.told("U0ALICE", "stopped");
  expect(await trial.ended("prod-1")).toEqual({ "web-1": "verified", "web-2": "verified", "web-3": "verified" });
  await trial.event("rollout.prod-1", "waiting.dropped", named("web-5"));
  const card = await trial.message("prod-1/card");
  await until("who was not upgraded to be named", () =>
    ["web-4", "web-5"].every((name) => renderText(card).includes(name)),
  );
});
