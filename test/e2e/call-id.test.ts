import { expect } from "vitest";
import { test } from "../support/e2e.ts";
import type { E2e } from "../support/e2e-trial.ts";

const AGENTS = [{ name: "web-1" }, { name: "web-2" }];

/** What the log says about a call, in its order. */
function saidOf(trial: E2e, callId: string | undefined): readonly Record<string, unknown>[] {
  const printed = trial.log().trimEnd().split("\n");
  const all = printed.map((line) => JSON.parse(line) as Record<string, unknown>);
  return all.filter((line) => line.callId === callId);
}

test("one press is followed through log and ledger to the requests for upgrades", async ({ start }) => {
  const trial = await start({ deploy: { agents: AGENTS } });
  await trial.startRollout();
  await trial.ended("prod-1");
  const of = (type: string) => trial.events().filter((event) => event.type === type);
  const [id] = of("rollout.started").map(({ callId }) => callId);
  expect(id).toMatch(/^[\w.-]+$/);
  expect(of("agents.claimed").map(({ callId }) => callId)).toEqual([id]);
  const said = saidOf(trial, id);
  expect(said[0]).toMatchObject({ msg: "a person called a command", person: "U0ALICE", command: "start" });
  const lines = (msg: string) => said.filter((line) => line.msg === msg);
  expect(
    lines("an agent's turn to be upgraded has come").map(({ rollout, agentName }) => [rollout, agentName]),
  ).toEqual([
    ["prod-1", "web-1"],
    ["prod-1", "web-2"],
  ]);
  expect(lines("an upgrade was requested")).toEqual([
    expect.objectContaining({ server: "prod", agentName: "web-1", result: "accepted" }),
    expect.objectContaining({ server: "prod", agentName: "web-2", result: "accepted" }),
  ]);
  expect(said).toHaveLength(5);
});

test("of what was approved, the requests follow the approval; a stop has its own call", async ({ start }) => {
  const trial = await start({
    deploy: { agents: AGENTS },
    approvals: "1",
    server: ["approvers: {people: [U0BOB]}", "slots: 1"],
  });
  const card = await trial.askApproval();
  trial.press("U0BOB", card, "approve");
  const started = await trial.event("rollout.prod-1", "rollout.started");
  const call = (type: string) => trial.events("rollout.prod-1").find((event) => event.type === type)?.callId;
  expect([started.callId, call("rollout.requested") === call("rollout.approved")]).toEqual([
    call("rollout.approved"),
    false,
  ]);
  await trial.until("the first request", () => trial.deploy.fleet.triggers.length > 0);
  trial.say("U0ALICE", "stop prod-1");
  await trial.ended("prod-1");
  expect(saidOf(trial, call("rollout.stopped"))).toEqual([
    expect.objectContaining({ msg: "a person called a command", command: "stop" }),
  ]);
  const last = saidOf(trial, call("rollout.approved")).at(-1);
  expect(last).toMatchObject({ msg: "an upgrade was requested" });
});
