import { expect, test } from "vitest";
import { openMemoryLedger } from "../../src/adapters/memory/memory-ledger.ts";
import { textOf } from "../../src/core/view.ts";
import type { LedgerEvent } from "../../src/model/events.ts";
import { createWorld } from "../simulation/run.ts";
import { append } from "../support/append.ts";

/** As older versions wrote it: agent pools and canaries of kinds are in it, which are no more. */
const STARTED = `{
  "id": "old-1", "v": 1, "at": 1000, "actor": "U0ALICE", "type": "rollout.started",
  "data": {
    "rollout": "prod-1", "owner": "U0ALICE", "channel": "C0", "serverUser": {"id": "id-alice", "name": "alice"},
    "plan": {
      "server": "prod", "serverVersion": "7.2.0.0.1", "hash": "h",
      "options": {"slots": 10, "reason": null, "canary": 1, "hold": false, "includeLast": true},
      "agents": [
        {"id": "a0", "name": "a0", "status": "upgrade-required", "version": "6.2.7.1.1", "java": 8, "canaryFor": "version 6.2"},
        {"id": "a1", "name": "a1", "status": "upgrade-required", "version": "6.2.7.1.1", "os": "Linux"}
      ],
      "excluded": [
        {"agent": {"id": "a2", "name": "a2"}, "reason": "last of its pool", "sentence": "the only agent of pool blue"},
        {"agent": {"id": "a3", "name": "a3"}, "reason": "Java too old", "sentence": "it runs on Java 8"}
      ]
    }
  }
}`;

test("a rollout that an older version started goes on to its end, whatever that version knew besides", async () => {
  const ledger = openMemoryLedger();
  const event = JSON.parse(STARTED) as LedgerEvent;
  await append(ledger, "rollout.prod-1", event);
  const world = await createWorld(7, { ledger, calm: true, agents: 4 });
  for (let i = 0; i < 60; i += 1) await world.step(10_000);
  expect(world.slack.text("prod-1/card")).toContain("all 2 upgraded");
  expect([...world.puts.keys()].sort()).toEqual(["a0", "a1"]);
  expect(textOf(await world.say("status"))).toContain("prod");
  expect(world.errors).toEqual([]);
});
