import { expect, test } from "vitest";
import { createMemoryStatuses } from "../../src/adapters/memory/memory-statuses.ts";
import { textOf } from "../../src/core/view.ts";
import { serverReplies } from "../../src/features/rollout/server-replies.ts";
import { createWatchedAgain } from "../../src/monitor/watched-again.ts";
import type { ServerStatus } from "../../src/servers/server-status.ts";
import { aStatus } from "../contract/statuses.contract.ts";
import { smallServer } from "../support/small-server.ts";
import { plannedAgent, planOf } from "../support/upgrades.ts";

const SECOND = 1_000;

/** What the thread says once the server is watched by another monitor, so long after the one before; other replicas were alive meanwhile. */
async function saidAfter(gap: number): Promise<readonly string[]> {
  const small = await smallServer(planOf([plannedAgent("a")]));
  const statuses = createMemoryStatuses<ServerStatus>(small);
  statuses.publish(aStatus());
  await small.clock.advance(gap);
  const presence = { alive: async () => {}, aliveAt: async () => small.clock.now() };
  const watched = await createWatchedAgain(small.server, { ...small, presence, statuses });
  await watched.lookedAround();
  return serverReplies(small.rollout(), small.projections.server("prod")).map(({ view }) => textOf(view));
}

test("the thread is told nothing if one monitor follows another before anybody was told that the server is not watched", async () => {
  expect(await saidAfter(6 * SECOND)).toEqual([]);
});

test("the thread says for how long the server was not watched, though another replica was alive", async () => {
  expect(await saidAfter(60 * SECOND)).toEqual([
    expect.stringMatching(/^Drydock did not watch prod for 60 s, until \S+ UTC\. No upgrade was started twice\.$/),
  ]);
});
