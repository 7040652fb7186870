import { expect, test } from "vitest";
import { createMemoryStatuses } from "../../src/adapters/memory/memory-statuses.ts";
import { startReporting } from "../../src/start-reporting.ts";
import { createSimSlack } from "../simulation/slack.ts";
import { SETTINGS } from "../support/side.ts";
import { smallServer } from "../support/small-server.ts";
import { planOf } from "../support/upgrades.ts";

test("what a person types makes reporting look at nothing; what happens to a rollout does", async () => {
  const small = await smallServer(planOf([]));
  let looks = 0;
  const reporting = startReporting(
    {
      ...small,
      statuses: createMemoryStatuses(small),
      servers: new Map([["prod", small.server]]),
      thread: createSimSlack(() => 1, 0).thread,
      people: { person: async () => undefined },
      channels: { look: async () => ({ shared: false, guests: false }) },
      usergroups: { members: async () => new Set<string>() },
      startNotice: () => undefined,
      waitsFor: () => undefined,
      onStep: () => {
        looks += 1;
      },
    },
    { ...SETTINGS, channels: { channels: [], operationsChannel: undefined } },
  );
  await small.clock.advance(1_000);
  const before = looks;
  await small.write("person.U0ALICE", { type: "person.asked", data: { command: "status", channel: "C" } });
  await small.clock.advance(1_000);
  expect(looks).toBe(before);
  await small.write("rollout.prod-1", { type: "rollout.stopped", data: { by: "U0ALICE" } });
  await small.clock.advance(1_000);
  expect(looks).toBeGreaterThan(before);
  await reporting.stop();
});
