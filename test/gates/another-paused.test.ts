import { expect, test } from "vitest";
import { createMemoryStatuses } from "../../src/adapters/memory/memory-statuses.ts";
import { describePolicy } from "../../src/gates/describe-policy.ts";
import { blockedAt } from "../../src/gates/index.ts";
import { ofRollout } from "../../src/gates/rollout-situation.ts";
import type { PauseKind } from "../../src/model/rollout/rollout-events.ts";
import { plainCause } from "../../src/phrases/cause-text.ts";
import { figuresOf } from "../../src/servers/figures.ts";
import type { ServerStatus } from "../../src/servers/server-status.ts";
import { policyWith } from "../support/policy.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf, rolloutOf } from "../support/upgrades.ts";

const ON = policyWith({ own: { waitForPausedRollouts: true } });
const running = rolloutOf(planOf([plannedAgent("a")]));

function found(kinds: readonly PauseKind[], policy = ON): readonly string[] {
  const pauses = kinds.map((kind) => ({ type: "rollout.paused", data: { kind, by: "drydock", causes: [] } }) as const);
  const other = { ...rolloutOf(running.plan, ...pauses), id: "prod-2" };
  return blockedAt("trigger", "rollout", ofRollout(running, 0, { others: [other] }), policy).map(({ cause }) =>
    plainCause(cause),
  );
}

test("while another rollout on the server is paused by its breaker nothing begins, where that is switched on", () => {
  // A server that is upgraded meanwhile pauses it once more.
  for (const kinds of [["breaker"], ["breaker", "version"]] as const)
    expect(found(kinds)).toEqual([
      "prod-2 is paused by its circuit breaker: no upgrade starts here until a person resumes or stops it.",
    ]);
  expect(found(["person"])).toEqual([]);
  expect(found(["breaker"], policyWith())).toEqual([]);
});

test("the figures count it as paused by its breaker, whatever paused it later, until a person resumes it", async () => {
  const { write, server, clock, ...small } = await smallServer(running.plan);
  const statuses = createMemoryStatuses<ServerStatus>({ clock });
  const paused = () => figuresOf(server, { ...small, statuses }, clock.now()).paused;
  const pauseFor = (kind: PauseKind) =>
    write("rollout.prod-1", { type: "rollout.paused", data: { kind, by: "drydock", causes: [] } });
  for (const kind of ["breaker", "version"] as const) {
    await pauseFor(kind);
    expect(paused()).toEqual({ breaker: 1 });
  }
  const serverUser = { id: "u", name: "alice" };
  await write("rollout.prod-1", { type: "rollout.continued", data: { by: "U0ALICE", serverUser, policy: ON } });
  expect(paused()).toEqual({});
  await pauseFor("person");
  expect(paused()).toEqual({ person: 1 });
});

test("the rules in words say so", () => {
  const says = (policy = ON) => JSON.stringify(describePolicy(policy)).includes("another rollout here is paused");
  expect([says(), says(policyWith())]).toEqual([true, false]);
});
