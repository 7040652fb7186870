import { expect, test } from "vitest";
import { type Relay, ServerError } from "../../../src/model/deploy-server.ts";
import { createPauseAges, processDeadlines } from "../../../src/monitor/process-deadlines.ts";
import { plainCause } from "../../../src/phrases/cause-text.ts";
import { createRelayNames } from "../../../src/servers/relay-names.ts";
import { relayOf } from "../../support/relays.ts";
import { smallServer } from "../../support/small-server.ts";
import { plannedAgent, planOf } from "../../support/upgrades.ts";

const AGENTS = ["a", "b", "c", "d"].map((id) => plannedAgent(id, { relay: "3f2a-77" }));

/** Three of four have failed behind one relay; what people are told of it. */
async function toldOf(relays: () => Promise<readonly Relay[]>) {
  const small = await smallServer(planOf(AGENTS));
  const server = { ...small.server, fleet: { ...small.server.fleet, relays } };
  const relayNames = createRelayNames(small);
  const pauses = createPauseAges(small);
  await processDeadlines(small.projections, server, { ...small, pauses, relayNames });
  for (const { id } of AGENTS.slice(0, 3)) {
    const agent = { id, name: id, relay: "3f2a-77" };
    await small.clock.advance(1_000);
    await small.write(
      `upgrade.prod-1.${id}.1`,
      { type: "upgrade.intended", data: { rollout: "prod-1", server: "prod", agent, attempt: 1, from: "6.2.7.1.1" } },
      { type: "upgrade.outcome", data: { outcome: "never-back", detail: null, holdsSlot: false } },
    );
  }
  await processDeadlines(small.projections, server, { ...small, pauses, relayNames });
  return small
    .rollout()
    .pause?.causes.map((each) => plainCause(each))
    .join(" ");
}

test("the circuit breaker calls a relay by its name, and by its id where the server does not tell names", async () => {
  const told = await toldOf(async () => [relayOf("3f2a-77", { name: "frankfurt" })]);
  expect(told).toBe("3 agents behind the relay frankfurt failed (limit 3).");
  const unknown = await toldOf(() => Promise.reject(new ServerError("denied", "no right", 400)));
  expect(unknown).toBe("3 agents behind the relay 3f2a-77 failed (limit 3).");
});

test("names that were read once stay known while the server does not tell them any more", async () => {
  const small = await smallServer(planOf(AGENTS));
  let relays = async () => [relayOf("3f2a-77", { name: "frankfurt" })];
  const server = { ...small.server, fleet: { ...small.server.fleet, relays: () => relays() } };
  const relayNames = createRelayNames(small);
  await relayNames.read(server);
  relays = () => Promise.reject(new ServerError("unreachable", "prod gave no answer"));
  await small.clock.advance(11 * 60_000);
  expect([...relayNames.known(server).values()]).toEqual(["frankfurt"]);
  expect([...(await relayNames.read(server)).values()]).toEqual(["frankfurt"]);
});
